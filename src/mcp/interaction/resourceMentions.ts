// Resources of servers as they are mentioned: `@server:uri`. A template is gone on with, and the server completes it.
import type { ServerTemplate } from '../../contracts/mcp.ts';
import { fuzzyScore } from '../../util/fuzzy.ts';
import { cutEnd } from '../../util/truncate.ts';
import type { Connections } from '../connection/connections.ts';
import { complete } from '../connection/offers.ts';
import type { ServerConnection } from '../connection/serverConnection.ts';

/**
 * `label` is what follows the `@`, another for each server and address; `open`: it is to be gone on with, and is no resource
 * yet.
 */
export type ResourceMention = { server: string; uri: string; label: string; detail: string; open?: true };

const SHOWN = 12;
const SCORED = 2000;
const DETAIL = 200;
/** Templates that servers are asked about for one text, one after the other. */
const ASKED = 10;
const VARIABLE = /\{[+#./;?&]?([\w.]+)(?::\d+|\*)?\}/;

/** Best first. Of a server that does not answer only what it listed is offered. */
export async function findResources(
  query: string,
  servers: Pick<Connections, 'all'>,
  signal?: AbortSignal,
): Promise<ResourceMention[]> {
  const wanted = query.replace(/^"/, '');
  const found: Array<ResourceMention & { score: number }> = [];
  const offer = (mention: ResourceMention) => {
    const score = fuzzyScore(wanted, mention.label) ?? fuzzyScore(wanted, mention.detail);
    if (score !== undefined) found.push({ ...mention, score });
  };
  const typed: ResourceMention[] = [];
  let asked = 0;
  for (const connection of servers.all()) {
    const { name: server } = connection.definition;
    const { resources, templates } = connection.catalog();
    for (const { uri, title, name, description } of resources.slice(0, SCORED))
      offer({ server, uri, label: labelOf(server, uri), detail: said(title ?? name, description) });
    for (const template of templates.slice(0, SCORED)) {
      const begins = labelOf(server, literalOf(template));
      const values =
        wanted.startsWith(begins) && ++asked <= ASKED
          ? await goOn(connection, template, wanted.slice(labelOf(server, '').length), signal)
          : [];
      typed.push(...values);
      if (!wanted.startsWith(begins) || (wanted === begins && values.length === 0))
        offer({
          server,
          uri: template.uriTemplate,
          label: begins,
          detail: cutEnd(
            `${template.uriTemplate}  ${said(template.title ?? template.name, template.description)}`,
            DETAIL,
          ),
          open: true,
        });
    }
  }
  found.sort((a, b) => b.score - a.score || (a.label < b.label ? -1 : 1));
  const all = [...typed, ...found.map(({ score: _, ...mention }) => mention)];
  // A list may name an address twice, and a template may begin as a resource is called: the better one of each kind stays.
  const kinds = new Map<string, ResourceMention>();
  for (const one of all) {
    const key = JSON.stringify([one.label, one.open]);
    if (!kinds.has(key)) kinds.set(key, one);
  }
  return [...kinds.values()].slice(0, SHOWN);
}

/** The first colon ends the name of the server: names may have one, too. */
function labelOf(server: string, uri: string): string {
  return `${server.replaceAll('%', '%25').replaceAll(':', '%3A')}:${uri}`;
}

/** What was typed of a template: values of its first variable by the server, and what was typed itself if it is one. */
async function goOn(
  connection: ServerConnection,
  template: ServerTemplate,
  typed: string,
  signal: AbortSignal | undefined,
): Promise<ResourceMention[]> {
  const { name: server } = connection.definition;
  const literal = literalOf(template);
  const [whole = '', variable] = VARIABLE.exec(template.uriTemplate) ?? [];
  if (variable === undefined) return [];
  const rest = template.uriTemplate.slice(literal.length + whole.length);
  const value = typed.slice(literal.length);
  const values = await complete(connection, { template: template.uriTemplate }, { name: variable, value }, {}, signal)
    // It lists no values for what was typed, or not now: what was typed counts.
    .catch((): string[] => []);
  const detail = said(template.title ?? template.name, template.description);
  const mentions = values.map((one): ResourceMention => {
    const uri = `${literal}${one}${literalStart(rest)}`;
    return {
      server,
      uri,
      label: labelOf(server, uri),
      detail,
      ...(VARIABLE.test(rest) ? { open: true as const } : {}),
    };
  });
  const own: ResourceMention = { server, uri: typed, label: labelOf(server, typed), detail };
  return [...(fits(template, typed) ? [own] : []), ...mentions];
}

/** Every variable stands for something. */
function fits({ uriTemplate }: ServerTemplate, typed: string): boolean {
  const pieces = uriTemplate.split(new RegExp(VARIABLE.source.replace('(', '(?:'), 'g'));
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    const found = index === 0 ? (typed.startsWith(piece) ? 0 : -1) : typed.indexOf(piece, at + 1);
    const last = index === pieces.length - 1;
    if (last && index > 0)
      return piece === '' ? typed.length > at : typed.endsWith(piece) && typed.length - piece.length > at;
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at === typed.length;
}

const literalOf = ({ uriTemplate }: ServerTemplate) => literalStart(uriTemplate);
const literalStart = (template: string) => template.split('{', 1)[0] ?? '';

function said(title: string | undefined, description: string | undefined): string {
  return cutEnd([title, description].filter((part) => part !== undefined && part !== '').join(': '), DETAIL);
}
