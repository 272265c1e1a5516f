// What a server offers: tools by the names that rules use, prompts and resources.
import type { ServerRow } from '../../src/mcpProtocol.ts';
import { t } from '../l10n.ts';
import { Shorter } from '../permissions/shorter.tsx';
import { Code } from '../view/code.tsx';
import { Visible } from '../view/visible.ts';
import { Disclosure } from './disclosure.tsx';
import { Tools } from './tools.tsx';

const FEW = 50;

export function Offered({ server }: { server: ServerRow }) {
  const { tools, prompts, resources, about } = server;
  return (
    <>
      {tools.length > 0 && (
        <Disclosure label={t('Tools: {count}', { count: tools.length })} testId="mcp-tools">
          {() => <Tools tools={tools} few={FEW} />}
        </Disclosure>
      )}
      {prompts.length > 0 && (
        <Disclosure label={t('Prompts: {count}', { count: prompts.length })} testId="mcp-prompts">
          {() => <Named items={prompts.map(({ name, description }) => [name, description])} />}
        </Disclosure>
      )}
      {resources.length > 0 && (
        <Disclosure label={t('Resources: {count}', { count: resources.length })} testId="mcp-resources">
          {() => <Named items={resources.map(({ uri, name }) => [uri, name])} />}
        </Disclosure>
      )}
      {about !== undefined && (
        <Disclosure label={<Visible text={`${about.name} ${about.version}`} />} testId="mcp-about">
          {() => (
            <>
              <p class="quiet">{t('Protocol {version}', { version: about.protocolVersion })}</p>
              {about.instructions !== '' && (
                <pre class="mcp-stderr" dir="auto">
                  <Visible text={about.instructions} />
                </pre>
              )}
            </>
          )}
        </Disclosure>
      )}
    </>
  );
}

function Named({ items }: { items: Array<[name: string, description: string]> }) {
  return (
    <Shorter
      items={items}
      few={FEW}
      class="mcp-offered"
      draw={([name, description]) => (
        <li key={name}>
          <Code text={name} />
          {description !== '' && (
            <div class="mcp-description" dir="auto">
              <Visible text={description} />
            </div>
          )}
        </li>
      )}
    />
  );
}
