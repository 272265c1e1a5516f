// The tools of a server, and what its hints about them mean: its own word, which nobody has checked.
import type { ToolRow } from '../../src/mcpProtocol.ts';
import { t } from '../l10n.ts';
import { Shorter } from '../permissions/shorter.tsx';
import { Code } from '../view/code.tsx';
import { Visible } from '../view/visible.ts';

type Hint = ToolRow['hints'][number];
const HINTS: readonly Hint[] = ['readOnly', 'destructive', 'openWorld', 'asks'];

export function Tools({ tools, few }: { tools: readonly ToolRow[]; few: number }) {
  const used = HINTS.filter((hint) => tools.some(({ hints }) => hints.includes(hint)));
  return (
    <>
      {used.length > 0 && (
        <dl class="mcp-hints" data-testid="mcp-hints">
          {used.map((hint) => (
            <div key={hint}>
              <dt>
                <span class="tag">{hintName(hint)}</span>
              </dt>
              <dd>{hintMeaning(hint)}</dd>
            </div>
          ))}
        </dl>
      )}
      <Shorter items={tools} few={few} class="mcp-offered" draw={(tool) => <Tool key={tool.name} tool={tool} />} />
    </>
  );
}

function Tool({ tool }: { tool: ToolRow }) {
  return (
    <li data-tool={tool.name}>
      <span class="mcp-tool-head">
        <Code text={tool.rule ?? tool.name} />
        {tool.rule === undefined && <span class="tag">{t('left out')}</span>}
        {tool.hints.map((hint) => (
          <span key={hint} class="tag">
            {hintName(hint)}
          </span>
        ))}
      </span>
      {tool.description !== '' && (
        <div class="mcp-description" dir="auto">
          <Visible text={tool.description} />
        </div>
      )}
    </li>
  );
}

function hintName(hint: Hint): string {
  switch (hint) {
    case 'readOnly':
      return t('says it only reads');
    case 'destructive':
      return t('may destroy');
    case 'openWorld':
      return t('reaches the outside world');
    case 'asks':
      return t('always asks');
  }
}

function hintMeaning(hint: Hint): string {
  switch (hint) {
    case 'readOnly':
      return t('The server says so. Its calls may run side by side; whether they run, your rules decide.');
    case 'destructive':
      return t(
        'The server says that it can destroy data. A rule for all of the server does not allow it, only one with its whole name.',
      );
    case 'openWorld':
      return t('The server says that it deals with more than its own data, such as websites or other people.');
    case 'asks':
      return t('The server wants you to be asked at each call. You are, whatever rules and mode say.');
  }
}
