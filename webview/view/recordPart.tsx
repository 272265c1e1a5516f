// One part of a call as the engine took it: after links, wrappers and quotes.
import type { VNode } from 'preact';
import type { CanonicalAction } from '../../src/contracts/permission.ts';
import { t } from '../l10n.ts';
import { say } from '../say.ts';
import { Code } from './code.tsx';
import { Visible } from './visible.ts';

export function RecordPart({ action, cwd }: { action: CanonicalAction; cwd: string }): VNode {
  switch (action.kind) {
    case 'read':
    case 'write':
    case 'delete':
    case 'search':
      return (
        <div class={action.of === undefined ? '' : 'record-inner'}>
          {pathWord(action.kind)} <Code text={action.realPath} />
          {action.realPath !== action.path && (
            <span class="quiet">
              {' '}
              {t('named')} <Code text={action.path} />
            </span>
          )}
          {action.redirect && <span class="quiet"> {t('by a redirection')}</span>}
          {action.created && <span class="quiet"> {t('made by this conversation')}</span>}
          {!action.insideWorkingDirectories && <span class="quiet"> {t('outside the working folders')}</span>}
          {action.exists === false && <span class="quiet"> {t('does not exist yet')}</span>}
        </div>
      );
    case 'run':
      if ('notUnderstood' in action) {
        return (
          <div>
            <Visible text={say(action.notUnderstood)} />
          </div>
        );
      }
      return (
        <div>
          {t('run')} <Code text={action.argv.map(word).join(' ')} />
          {action.cwd !== cwd && (
            <span class="quiet">
              {' '}
              {t('in')} <Code text={action.cwd} />
            </span>
          )}
          {action.effect === 'none' && <span class="quiet"> {t('only reads')}</span>}
        </div>
      );
    case 'fetch':
      return (
        <div>
          {t('fetch from')} <Code text={action.host} />
        </div>
      );
    case 'mcp':
      return (
        <div>
          {t('use')} <Code text={action.tool} /> {t('of the server')} <Code text={action.server} />
          {action.destructive && <span class="quiet"> {t('can destroy data, says the server')}</span>}
          {action.openWorld && <span class="quiet"> {t('reaches the open world, says the server')}</span>}
        </div>
      );
    case 'webSearch':
      return (
        <div>
          {t('search the web for')} <Code text={action.query} />
        </div>
      );
    case 'agent':
      return (
        <div>
          {t('start the agent')} <Code text={action.name} />
        </div>
      );
    case 'skill':
      return (
        <div>
          {t('use the skill')} <Code text={action.name} />
        </div>
      );
    case 'interact':
      return <div>{t('ask you')}</div>;
    case 'nothing':
      return <div>{t('nothing outside of the conversation')}</div>;
  }
}

/** A word as it would be typed: one that is empty or has blanks in it stands in quotes, so that the words can be told apart. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function pathWord(kind: 'read' | 'write' | 'delete' | 'search'): string {
  switch (kind) {
    case 'read':
      return t('read');
    case 'write':
      return t('write');
    case 'delete':
      return t('delete');
    case 'search':
      return t('search');
  }
}
