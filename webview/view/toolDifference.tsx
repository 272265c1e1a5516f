// What a server says of a tool now and said of it before, field by field. Each side stands in a box of its own: what a server
// writes stays in there, whatever it looks like.
import type { Because } from '../../src/contracts/permission.ts';
import { changedParts } from '../changedParts.ts';
import { t } from '../l10n.ts';
import { LongText } from './longText.tsx';
import { Visible } from './visible.ts';

type Field = { name: string; before?: string; now?: string };

export function ToolDifference({ because }: { because: Because }) {
  const fields = fieldsOf(because);
  const more = because.args['more'];
  if (fields.length === 0) return null;
  return (
    <dl class="tool-difference" data-testid="permission-difference">
      {fields.map(({ name, before, now }) => (
        <div key={name} data-field={name}>
          <dt>
            <Visible text={name} />
          </dt>
          {before !== undefined && <Side kind="before" text={before} other={now ?? before} />}
          {now !== undefined && <Side kind="now" text={now} other={before ?? now} />}
        </div>
      ))}
      {more !== undefined && (
        <div>
          <dt>{t('Further fields that changed: {count}', { count: more })}</dt>
        </div>
      )}
    </dl>
  );
}

function Side({ kind, text, other }: { kind: 'before' | 'now'; text: string; other: string }) {
  const { lead, changed, trail } = changedParts(text, other);
  return (
    <dd class={`subject difference-${kind}`}>
      <span class="difference-side">{kind === 'before' ? t('Before:') : t('Now:')}</span>
      <LongText text={text} from={{ mark: 'changed' }} testId={`difference-${kind}`}>
        <Visible text={lead} />
        <mark class="changed">
          <Visible text={changed} />
        </mark>
        <Visible text={trail} />
      </LongText>
    </dd>
  );
}

/** The two sides of a field are arguments of their own; nothing is looked for in their texts. */
function fieldsOf({ code, args }: Because): Field[] {
  if (code !== 'mcp.config.toolChanged' && code !== 'mcp.config.toolNew') return [];
  const fields = new Map<string, Field>();
  for (const [key, text] of Object.entries(args)) {
    const [, side, name] = /^(before|now):([\s\S]*)$/.exec(key) ?? [];
    if (side === undefined || name === undefined) continue;
    fields.set(name, { ...fields.get(name), name, [side]: text });
  }
  return [...fields.values()];
}
