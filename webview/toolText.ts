// How a tool call is named on its card: an icon, a word, a short subject.
import type { ToolCall } from '../src/contracts/message.ts';
import type { Question } from '../src/contracts/question.ts';
import { fileName, fromRoot } from './format.ts';
import { t } from './l10n.ts';

export type ToolText = {
  icon: string;
  name: string;
  subject: string /** A file that a click on the subject opens. */;
  file?: string;
};

export function inputText(input: unknown, key: string): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const value = (input as Record<string, unknown>)[key];
  return typeof value === 'string' ? value : undefined;
}

export function toolText(call: ToolCall, root: string): ToolText {
  const text = (key: string) => inputText(call.input, key) ?? '';
  const file = (key: string, icon: string, name: string): ToolText => {
    const path = text(key);
    return path === '' ? { icon, name, subject: '' } : { icon, name, subject: fromRoot(path, root), file: path };
  };
  switch (call.name) {
    case 'Bash':
    case 'PowerShell':
      return { icon: 'terminal', name: t('Run'), subject: text('command') };
    case 'Read':
      return file('file_path', 'file', t('Read'));
    case 'Edit':
      return file('file_path', 'edit', t('Edit'));
    case 'Write':
      return file('file_path', 'new-file', t('Write'));
    case 'NotebookEdit':
      return file('notebook_path', 'notebook', t('Edit notebook'));
    case 'Glob':
      return { icon: 'search', name: t('Find files'), subject: text('pattern') };
    case 'Grep':
      return { icon: 'search', name: t('Search'), subject: text('pattern') };
    case 'WebFetch':
      return { icon: 'globe', name: t('Fetch'), subject: text('url') };
    case 'WebSearch':
      return { icon: 'globe', name: t('Search the web'), subject: text('query') };
    case 'TodoWrite':
      return { icon: 'checklist', name: t('Update the to-do list'), subject: '' };
    case 'AskUserQuestion':
      return { icon: 'question', name: t('Question'), subject: '' };
    case 'ExitPlanMode':
      return { icon: 'list-ordered', name: t('Plan'), subject: '' };
    case 'BashOutput':
      return { icon: 'terminal', name: t('Read output'), subject: text('bash_id') };
    case 'KillShell':
      return { icon: 'terminal', name: t('Stop command'), subject: text('shell_id') };
    default:
      return { icon: 'tools', name: call.name, subject: firstText(call.input) };
  }
}

function firstText(input: unknown): string {
  if (typeof input !== 'object' || input === null) return '';
  for (const value of Object.values(input)) if (typeof value === 'string' && value !== '') return value;
  return '';
}

/** What is asked, in one sentence. */
export function questionTitle(question: Question): string {
  switch (question.type) {
    case 'permission':
      return permissionTitle(question.call.name);
    case 'review':
      return question.review.changes.length === 1
        ? t('Accept the change to {file}?', { file: fileName(question.review.changes[0]?.path ?? '') })
        : t('Accept the changes to {count} files?', { count: question.review.changes.length });
    case 'plan':
      return t('Go ahead with this plan?');
    case 'choice':
      return question.questions.length === 1
        ? t('The model has a question')
        : t('The model has {count} questions', { count: question.questions.length });
    case 'elicit':
      return question.request.mode === 'url'
        ? t('The server {server} wants you to open an address', { server: question.server })
        : t('The server {server} has a question', { server: question.server });
    case 'sample':
      return t('Let the server {server} ask the model?', { server: question.server });
  }
}

function permissionTitle(tool: string): string {
  switch (tool) {
    case 'Bash':
    case 'PowerShell':
      return t('Run this command?');
    case 'Read':
      return t('Read this file?');
    case 'Edit':
    case 'Write':
    case 'NotebookEdit':
      return t('Change this file?');
    case 'Glob':
    case 'Grep':
      return t('Search here?');
    case 'WebFetch':
      return t('Fetch this address?');
    case 'WebSearch':
      return t('Search the web for this?');
    default:
      return t('Use {tool}?', { tool });
  }
}

/** A question with tool and subject, as a screen reader is told. */
export function questionSummary(question: Question): string {
  const title = questionTitle(question);
  switch (question.type) {
    case 'permission':
      return t('Permission needed for {tool}. {question} {subject}', {
        tool: question.call.name,
        question: title,
        subject: question.subject,
      });
    case 'review':
      return `${title} ${question.review.changes.map((change) => fileName(change.path)).join(', ')}`;
    case 'plan':
      return title;
    case 'choice':
      return `${title}: ${question.questions.map((one) => one.question).join(' ')}`;
    case 'elicit':
      return `${title}: ${question.request.message}`;
    case 'sample':
      return `${title} ${question.messages.map(({ text }) => text).join(' ')}`;
  }
}
