// An entry value by value, and two entries side by side. Nothing in them is drawn that a person could not see.
import type { ComponentChildren } from 'preact';
import type { EntryField } from '../../src/contracts/mcp.ts';
import { t } from '../l10n.ts';
import { Visible } from '../view/visible.ts';
import { useMcp } from './page.ts';

const FILE = 'file ';

export function Fields({ fields }: { fields: readonly EntryField[] }) {
  const line = commandLine(fields);
  const rest =
    line === undefined ? fields : fields.filter(({ name }) => name !== 'command' && !name.startsWith('args'));
  return (
    <dl class="mcp-fields" data-testid="mcp-fields">
      {line !== undefined && <Row name={t('Command line')}>{line}</Row>}
      {rest.map((field) => (
        <Row key={field.name} name={field.name}>
          <Value field={field} />
        </Row>
      ))}
    </dl>
  );
}

export function Difference({ before, now }: { before: readonly EntryField[]; now: readonly EntryField[] }) {
  const names = [...new Set([...before, ...now].map(({ name }) => name))];
  const of = (fields: readonly EntryField[], name: string) => fields.find((one) => one.name === name);
  const same = names.every((name) => sameField(of(before, name), of(now, name)));
  return (
    <div data-testid="mcp-difference">
      {same && <p>{t('Only a value that is hidden here has changed. Open the file to see it.')}</p>}
      <dl class="mcp-fields">
        {names.map((name) => {
          const old = of(before, name);
          const fresh = of(now, name);
          if (sameField(old, fresh))
            return (
              <Row key={name} name={name}>
                {fresh && <Value field={fresh} />}
              </Row>
            );
          return (
            <Row key={name} name={name} changed>
              {old && (
                <del>
                  <span class="hidden">{t('Before:')} </span>
                  <Value field={old} />
                </del>
              )}
              {fresh && (
                <ins>
                  <span class="hidden">{t('Now:')} </span>
                  <Value field={fresh} />
                </ins>
              )}
            </Row>
          );
        })}
      </dl>
    </div>
  );
}

function Row({ name, changed = false, children }: { name: string; changed?: boolean; children: ComponentChildren }) {
  return (
    <div class={changed ? 'mcp-field mcp-changed' : 'mcp-field'} data-field={name}>
      <dt>
        <FieldName name={name} />
      </dt>
      <dd dir="ltr">{children}</dd>
    </div>
  );
}

/** A file of the repository can be looked at before it is approved. */
function FieldName({ name }: { name: string }) {
  const { post, state } = useMcp();
  const root = state.value.page?.root;
  if (!name.startsWith(FILE) || root === undefined) return <Visible text={name} />;
  const path = name.slice(FILE.length);
  const file = `${root}/${path}`;
  return (
    <button type="button" class="link-button" title={file} onClick={() => post({ type: 'openFile', file })}>
      <Visible text={t('file {path}', { path })} />
    </button>
  );
}

function Value({ field }: { field: EntryField }) {
  const { text, hidden = 0 } = field;
  return (
    <>
      {(text !== '' || hidden === 0) && (
        <code>
          <Visible text={text} />
        </code>
      )}
      {hidden > 0 && <span class="quiet">{t('hidden, {count} characters', { count: hidden })}</span>}
    </>
  );
}

/** As it will run, each argument told from its neighbours. */
function commandLine(fields: readonly EntryField[]): ComponentChildren | undefined {
  const parts = fields.filter(({ name }) => name === 'command' || /^args\[/.test(name));
  if (parts.length === 0) return undefined;
  return parts.map((field, index) => (
    <span key={field.name} class="mcp-word">
      {index > 0 ? ' ' : ''}
      {field.hidden === undefined || field.text !== '' ? (
        <code>
          <Visible text={/^[\w@%+=:,./-]+$/.test(field.text) ? field.text : `'${field.text}'`} />
        </code>
      ) : (
        <Value field={field} />
      )}
    </span>
  ));
}

function sameField(a: EntryField | undefined, b: EntryField | undefined): boolean {
  return a?.text === b?.text && a?.hidden === b?.hidden;
}
