// A server that a file of this folder, of the person or of the organisation names: its definition, or why it does not start.
import { readFile } from 'node:fs/promises';
import type { ServerDefinition } from '../contracts/mcp.ts';
import { entryFingerprint, isServerEntry } from '../mcp/approval.ts';
import { entryFields, variablesOf } from '../mcp/config/entryFields.ts';
import { listServers } from '../mcp/config/listServers.ts';
import { serverPolicyOf } from '../mcp/config/serverPolicy.ts';
import { loadSettings } from '../settings/load.ts';
import { readServersFiles, type ServersPlaces } from '../settings/mcpServers.ts';
import { sayInEnglish } from '../util/phrases.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** `env`: what the server may be given of the environment, with what settings add. */
export type NamedServer = { definition: ServerDefinition; env: Env; warnings: string[] };

/** Never rejects. Whoever calls shows the entry (`announcedEntry`) and asks: that is what approves one of the repository. */
export async function namedServer(
  name: string,
  places: ServersPlaces,
  startEnv: Env,
): Promise<NamedServer | { problems: string[] }> {
  const [files, settings] = await Promise.all([
    readServersFiles(places),
    // A look at a server makes nothing else of the repository hold; what it forbids does all the same.
    loadSettings({ ...places, trusted: false, env: startEnv }),
  ]);
  if (settings.blocked !== undefined) return { problems: [sayInEnglish(settings.blocked.because)] };
  const env = { ...startEnv, ...settings.env };
  const { servers } = await listServers({
    entries: files.entries,
    exclusive: files.exclusive,
    approvals: {
      trusted: true,
      approved: files.entries.flatMap(({ name, file, entry }) =>
        isServerEntry(entry) ? [{ name, file, fingerprint: entryFingerprint(entry) }] : [],
      ),
      enabled: [],
      disabled: textsOf(settings.values['disabledMcpjsonServers']),
    },
    before: () => undefined,
    disabled: files.disabled,
    policy: serverPolicyOf(settings, startEnv),
    env: { ...startEnv, ...settings.acceptedEnv },
    editor: { root: places.root, home: places.home, inputs: {} },
    // That it cannot be read is told with the server.
    readText: (file) => readFile(file, 'utf8').catch(() => undefined),
  });
  const found = servers.find((one) => one.name === name);
  const ofFiles = files.problems.map(({ because }) => sayInEnglish(because));
  if (found === undefined) {
    const names = servers.map((one) => one.name).join(', ') || 'none';
    return { problems: [...ofFiles, `No file names a server ${name}. Named are: ${names}.`] };
  }
  const warnings = found.warnings.map(sayInEnglish);
  if (found.standing === 'ready') return { definition: found.definition, env, warnings };
  return { problems: [...warnings, sayInEnglish(found.because)] };
}

/** The entry as it stands in its file, without secrets and with no variable filled in. */
export function announcedEntry({ name, scope, file, line, entry, transport }: ServerDefinition): string[] {
  const isOfRepository = scope === 'project' || scope === 'editor';
  const variables = variablesOf(entry);
  return [
    transport.type === 'stdio'
      ? `This starts the program of the server ${name} on this machine, with all your rights:`
      : `This connects to the server ${name}:`,
    ...entryFields(entry).map(
      ({ name: field, text, hidden }) =>
        `  ${field}: ${hidden === undefined || text !== '' ? text : `[hidden, ${hidden} characters]`}`,
    ),
    `  from ${file}${line === undefined ? '' : `:${line}`}`,
    ...(variables.length === 0 ? [] : [`  given of your environment: ${variables.join(', ')}`]),
    ...(isOfRepository ? ['  Whoever can change this repository wrote it. Nothing is approved by this look.'] : []),
  ];
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
