// The commands that can be typed with a slash.
import type { FromWebview } from '../src/protocol.ts';
import { t } from './l10n.ts';

export type SlashCommand = {
  name: string;
  icon: string;
  description: string;
  /** What may follow the name; a command without it runs as soon as it is chosen. */
  argument?: string;
  message(argument: string): FromWebview;
};

function commands(): SlashCommand[] {
  const run = (command: string) => (): FromWebview => ({ type: 'command', command });
  return [
    {
      name: 'compact',
      icon: 'fold',
      description: t('Replace the conversation so far by a summary'),
      argument: t('[what to keep]'),
      message: (focus) => (focus === '' ? { type: 'compact' } : { type: 'compact', focus }),
    },
    {
      name: 'clear',
      icon: 'add',
      description: t('Begin a new conversation'),
      message: () => ({ type: 'newConversation' }),
    },
    {
      name: 'history',
      icon: 'history',
      description: t('Find an earlier conversation'),
      message: () => ({ type: 'showHistory' }),
    },
    {
      name: 'rewind',
      icon: 'discard',
      description: t('Take files, the conversation or both back to an earlier prompt'),
      message: run('assent.rewind'),
    },
    {
      name: 'undo',
      icon: 'discard',
      description: t('Take back what one action changed'),
      message: run('assent.undoAction'),
    },
    { name: 'model', icon: 'hubot', description: t('Choose the model'), message: run('assent.selectModel') },
    {
      name: 'permissions',
      icon: 'shield',
      description: t('See rules, past decisions and what would happen'),
      message: run('assent.permissions'),
    },
    { name: 'login', icon: 'key', description: t('Sign in'), message: run('assent.signIn') },
    {
      name: 'log',
      icon: 'output',
      description: t('Show what Assent wrote to its log'),
      message: run('assent.showLog'),
    },
  ];
}

/** Other names people know a command by. */
const ALIASES: Readonly<Record<string, string>> = { resume: 'history', new: 'clear' };

/** Commands whose name, or other name, begins with the query. */
export function slashCommands(query: string): SlashCommand[] {
  const start = query.toLowerCase();
  const aliased = Object.entries(ALIASES).flatMap(([alias, name]) =>
    start !== '' && alias.startsWith(start) ? [name] : [],
  );
  return commands().filter((command) => command.name.startsWith(start) || aliased.includes(command.name));
}

/** The message of a prompt that is one of these commands; undefined when it is text for the model. */
export function commandOf(text: string): FromWebview | undefined {
  const match = /^\/(\w+)(?:\s+([\s\S]*))?$/.exec(text.trim());
  if (!match) return undefined;
  const name = (match[1] ?? '').toLowerCase();
  const argument = (match[2] ?? '').trim();
  const command = commands().find((one) => one.name === (ALIASES[name] ?? name));
  if (!command || (argument !== '' && command.argument === undefined)) return undefined;
  return command.message(argument);
}
