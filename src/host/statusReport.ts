// The status as Markdown, to be shown to others: no secrets, no names of people in paths.
import type { Because } from '../contracts/permission.ts';
import type { Check, StatusFact } from '../statusProtocol.ts';
import { inOrder } from '../util/hops.ts';
import { redact } from '../util/redact.ts';

export type ReportParts = {
  facts: readonly StatusFact[];
  check: Check | undefined;
  say(because: Because): string;
  /** Written as `~`. */
  home: string;
};

export function statusReport({ facts, check, say, home }: ReportParts): string {
  const phrase = (code: string, args: Record<string, string> = {}) => say({ code: `status.${code}`, args });
  const lines = [`# ${phrase('report.title')}`];
  for (const group of new Set(facts.map((fact) => fact.group))) {
    const shown = facts.filter((fact) => fact.group === group);
    lines.push('', `## ${phrase(`group.${group}`)}`, '');
    for (const { name, value, from } of shown) {
      const origin = from === undefined ? '' : ` (${say(from)})`;
      lines.push(`- ${phrase(`fact.${name}`)}: ${inLine(say(value) + origin)}`);
    }
  }
  if (check === undefined) lines.push('', phrase('report.noCheck'));
  else lines.push('', `## ${phrase('report.check', { time: new Date(check.atMs).toISOString() })}`, '', ...walk(check));
  return `${withoutPeople(redact(lines.join('\n')), home)}\n`;

  function walk({ hops, state, cost }: Check): string[] {
    const heads = ['step', 'result', 'duration', 'found'].map((name) => phrase(`report.${name}`));
    return [
      row(heads),
      row(heads.map(() => '---')),
      ...inOrder(hops).map((hop) =>
        row([phrase(`step.${hop.hop}`), phrase(`report.${hop.state}`), `${hop.durationMs} ms`, say(hop.because)]),
      ),
      ...(state === 'done' ? [] : ['', phrase(`report.${state}`)]),
      ...(cost === undefined ? [] : ['', say(cost)]),
    ];
  }
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => inLine(cell).replaceAll('|', '\\|')).join(' | ')} |`;
}

function inLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function withoutPeople(text: string, home: string): string {
  const own = home.length > 1 ? text.replaceAll(home, '~') : text;
  return own.replace(/([\\/](?:home|Users)[\\/])[^\\/\s|)”"]+/g, '$1…');
}
