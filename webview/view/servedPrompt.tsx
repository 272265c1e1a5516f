// What a server made of its prompt: the model reads it before what was typed, so whoever typed it can read it, too.
import type { ServedPrompt as Served } from '../../src/contracts/message.ts';
import { t } from '../l10n.ts';
import { usePage } from '../page.ts';
import { Spoken } from './spoken.tsx';
import { Visible } from './visible.ts';

/** Characters of one message; the model is told no more of all of them. */
const SHOWN = 100_000;

export function ServedPrompt({ id, from }: { id: string; from: Served }) {
  const open = usePage().kept.of(`served:${id}`, false);
  const { server, messages, asked = [] } = from;
  return (
    <>
      {asked.length > 0 && (
        <dl class="prompt-asked" data-testid="prompt-asked">
          {asked.map(({ name, value }) => (
            <div key={name}>
              <dt>
                <Visible text={name} />
              </dt>
              <dd dir="auto">
                <Visible text={value} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      <details
        class="why prompt-served"
        data-testid="served-prompt"
        open={open.value}
        onToggle={(event) => {
          open.value = event.currentTarget.open;
        }}
      >
        <summary>{t('Words of the server {server}', { server })}</summary>
        {open.value && (
          <section
            class="sample-messages"
            aria-label={t('Words of the server {server}', { server })}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
            tabIndex={0}
          >
            {messages.map(({ role, blocks }, at) => {
              const text = blocks.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
              const pictures = blocks.filter(({ type }) => type !== 'text').length;
              return <Spoken key={at} said={{ role, text: text.slice(0, SHOWN), pictures }} />;
            })}
          </section>
        )}
      </details>
    </>
  );
}
