// Tools that other extensions offer in VS Code: which there are, or how they are switched on.
import type { EditorToolRow, McpState } from '../../src/mcpProtocol.ts';
import { t } from '../l10n.ts';
import { Shorter } from '../permissions/shorter.tsx';
import { sayFrom } from '../say.ts';
import { Code } from '../view/code.tsx';
import { Icon } from '../view/icon.tsx';
import { Visible } from '../view/visible.ts';
import { Disclosure } from './disclosure.tsx';
import { useMcp } from './page.ts';

const FEW = 50;

/** A folder that is not trusted has none. */
export function EditorTools({ page }: { page: McpState }) {
  const { post } = useMcp();
  const { on, because, tools, leftOut } = page.editorTools;
  if (!page.trusted) return null;
  return (
    <section class="mcp-editor-tools" aria-labelledby="mcp-editor-tools" data-testid="mcp-editor-tools" data-on={on}>
      <h2 id="mcp-editor-tools">
        {t('Tools of other extensions')} {on && <span class="quiet">{tools.length}</span>}
      </h2>
      <p class="quiet">
        <Visible text={because === undefined ? standing(on, tools) : sayFrom(because, page.root)} />{' '}
        {(on || because === undefined) && (
          <button type="button" class="link-button" onClick={() => post({ type: 'openEditorToolsSetting' })}>
            {on ? t('Open the setting') : t('Switch them on in the settings')}
          </button>
        )}
      </p>
      {tools.length > 0 && (
        <Disclosure label={t('Tools: {count}', { count: tools.length })}>
          {() => (
            <Shorter
              items={tools}
              few={FEW}
              class="mcp-offered"
              draw={(tool) => <Tool key={tool.rule} tool={tool} />}
            />
          )}
        </Disclosure>
      )}
      {leftOut.length > 0 && (
        <ul class="mcp-warnings" data-testid="mcp-left-out">
          {leftOut.map((one) => (
            <li key={JSON.stringify(one)}>
              <Icon name="warning" />
              <span>
                <Visible text={sayFrom(one, page.root)} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function standing(on: boolean, tools: readonly EditorToolRow[]): string {
  if (!on) return t('They are not offered to the model.');
  return tools.length === 0
    ? t('No extension that you installed offers any.')
    : t('Offered to the model, under the same rules as all others.');
}

function Tool({ tool: { rule, description, extension } }: { tool: EditorToolRow }) {
  return (
    <li data-tool={rule}>
      <span class="mcp-tool-head">
        <Code text={rule} />
        <span class="tag">
          <Visible text={extension} />
        </span>
      </span>
      {description !== '' && (
        <div class="mcp-description" dir="auto">
          <Visible text={description} />
        </div>
      )}
    </li>
  );
}
