// What a server offers: tools by the names that rules use, prompts and resources.
import type { ServerRow, ToolRow } from '../../src/mcpProtocol.ts';
import { t } from '../l10n.ts';
import { Shorter } from '../permissions/shorter.tsx';
import { Code } from '../view/code.tsx';
import { Visible } from '../view/visible.ts';

const FEW = 50;

export function Offered({ server }: { server: ServerRow }) {
  const { tools, prompts, resources, about } = server;
  if (about === undefined && tools.length === 0) return null;
  return (
    <>
      {tools.length > 0 && (
        <details class="mcp-details" data-testid="mcp-tools">
          <summary>{t('Tools: {count}', { count: tools.length })}</summary>
          <Shorter items={tools} few={FEW} class="mcp-offered" draw={(tool) => <Tool key={tool.name} tool={tool} />} />
        </details>
      )}
      {prompts.length > 0 && (
        <details class="mcp-details" data-testid="mcp-prompts">
          <summary>{t('Prompts: {count}', { count: prompts.length })}</summary>
          <Shorter
            items={prompts}
            few={FEW}
            class="mcp-offered"
            draw={({ name, description }) => (
              <li key={name}>
                <Code text={name} /> <Visible text={description} />
              </li>
            )}
          />
        </details>
      )}
      {resources.length > 0 && (
        <details class="mcp-details" data-testid="mcp-resources">
          <summary>{t('Resources: {count}', { count: resources.length })}</summary>
          <Shorter
            items={resources}
            few={FEW}
            class="mcp-offered"
            draw={({ uri, name }) => (
              <li key={uri}>
                <Code text={uri} /> <Visible text={name} />
              </li>
            )}
          />
        </details>
      )}
      {about !== undefined && (
        <details class="mcp-details">
          <summary>
            <Visible text={`${about.name} ${about.version}`} />
          </summary>
          <p class="quiet">{t('Protocol {version}', { version: about.protocolVersion })}</p>
          {about.instructions !== '' && (
            <pre class="mcp-stderr">
              <Visible text={about.instructions} />
            </pre>
          )}
        </details>
      )}
    </>
  );
}

function Tool({ tool }: { tool: ToolRow }) {
  return (
    <li data-tool={tool.name}>
      <Code text={tool.rule ?? tool.name} />{' '}
      {tool.hints.map((hint) => (
        <span key={hint} class="tag">
          {hintName(hint)}
        </span>
      ))}
      <div class="mcp-description">
        <Visible text={tool.description} />
      </div>
    </li>
  );
}

function hintName(hint: ToolRow['hints'][number]): string {
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
