// `assent mcp probe`: connects to one server as a conversation would, and tells what it offers and what is wrong with it.
import { homedir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import type { ServerDefinition, ServerTransport } from '../contracts/mcp.ts';
import type { Because } from '../contracts/permission.ts';
import { runHeadersHelper } from '../mcp/config/runHeadersHelper.ts';
import { createConnections } from '../mcp/connection/connections.ts';
import { createProcessGuard } from '../mcp/connection/processGuard.ts';
import type { ServerConnection } from '../mcp/connection/serverConnection.ts';
import { createServerTools, type OfferedTool } from '../mcp/tools/serverTools.ts';
import { createNetwork } from '../network/network.ts';
import { defaultManagedDir } from '../settings/findFiles.ts';
import type { ServersPlaces } from '../settings/mcpServers.ts';
import { hideSecrets } from '../util/hideSecrets.ts';
import { hasInvisible } from '../util/invisible.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { readableError } from '../util/readableError.ts';
import { runHelper } from '../util/runHelper.ts';
import { scrubbedEnvironment } from '../util/scrubbedEnvironment.ts';
import { cutEnd } from '../util/truncate.ts';
import { announcedEntry, type NamedServer, namedServer } from './namedServer.ts';
import { asLine } from './printed.ts';

export const MCP_HELP = `Usage: assent mcp probe [--yes] SERVER
       assent mcp probe [options] -- COMMAND [ARGUMENT…]
       assent mcp probe [options] --url URL

Starts or connects to one server, as a conversation would, and prints what it offers and what is wrong with it.
What would be started or connected to is shown first, and you are asked. Servers are not audited by anyone: look at it.

SERVER is the name of a server in managed-mcp.json, ~/.claude.json, .mcp.json or .vscode/mcp.json, seen from this
folder. One that your organisation blocks, or that is rejected or switched off, is not started.

Options:
  --url URL         a server that is reached by an address
  --type TYPE       http (default), sse or ws (default for addresses of wss:// and ws://)
  --header N:V      a header for each request; may be given several times
  --name NAME       what the server is called in names of tools (default: server)
  --yes             do not ask; for scripts
  --help            this text

Exit status: 0 when all is well; 1 when there are problems; 2 when there is no connection, or nobody said yes.
`;

const TYPES = ['http', 'sse', 'ws'] as const;
const LINE = 100;

type Streams = { input: NodeJS.ReadableStream; output: NodeJS.WritableStream; errors: NodeJS.WritableStream };

/** Resolves to the exit status. */
export async function mcpProbe(
  args: string[],
  { input, output, errors }: Streams,
  places: ServersPlaces = usualPlaces(),
): Promise<number> {
  const [command, ...rest] = args;
  if (command === undefined || ['--help', '-h', 'help'].includes(command) || beforeDashes(rest).includes('--help')) {
    output.write(MCP_HELP);
    return command === undefined ? 2 : 0;
  }
  const refuse = (message: string) => {
    errors.write(`${asLine(`assent: ${message}`)}Try: assent mcp --help\n`);
    return 2;
  };
  if (command !== 'probe') return refuse(`Unknown command mcp ${command}.`);
  let read: ReturnType<typeof readArguments>;
  try {
    read = readArguments(rest);
  } catch (error) {
    return refuse(readableError(error));
  }
  if (typeof read === 'string') return refuse(read);
  const found =
    'server' in read
      ? await namedServer(read.server, places, process.env)
      : { definition: read.definition, env: process.env, warnings: [] };
  if ('problems' in found) {
    for (const problem of found.problems) errors.write(asLine(`assent: ${problem}`));
    return 2;
  }
  const { definition, warnings } = found;
  for (const line of 'server' in read ? announcedEntry(definition) : announced(definition, places.root))
    output.write(asLine(line));
  for (const warning of warnings) output.write(asLine(`  ${warning}`));
  if (!read.yes) {
    const asked = await ask(input, output);
    if (asked === 'nobody')
      return refuse('There is no terminal to ask at. Nothing was started; --yes starts it unasked.');
    if (asked === 'no') {
      errors.write('Nothing was started.\n');
      return 2;
    }
  }
  return probe(found, places.root, output, errors);
}

function usualPlaces(): ServersPlaces {
  const home = homedir();
  const configDir = process.env.CLAUDE_CONFIG_DIR || path.join(home, '.claude');
  return { root: process.cwd(), home, configDir, managedDir: defaultManagedDir(process.platform) };
}

const beforeDashes = (args: readonly string[]) => args.slice(0, args.includes('--') ? args.indexOf('--') : args.length);

type Arguments = ({ definition: ServerDefinition } | { server: string }) & { yes: boolean };

/** A text says what is wrong. */
function readArguments(args: string[]): Arguments | string {
  const own = beforeDashes(args);
  const [program, ...programArgs] = args.slice(own.length + 1);
  const { values, positionals } = parseArgs({
    args: own,
    options: {
      url: { type: 'string' },
      type: { type: 'string' },
      header: { type: 'string', multiple: true },
      name: { type: 'string' },
      yes: { type: 'boolean' },
    },
    strict: true,
    allowPositionals: true,
  });
  const { url, name = 'server', yes = false } = values;
  const [server, ...more] = positionals;
  const ways = [server, program, url].filter((way) => way !== undefined);
  if (ways.length !== 1 || more.length > 0)
    return 'Name one server of a file, or a command behind --, or an address with --url.';
  if (server !== undefined) {
    const { type, header, name: called } = values;
    return [type, header, called].some((value) => value !== undefined)
      ? 'The file says how the server is reached: leave --type, --header and --name out.'
      : { server, yes };
  }
  const isSocket = /^wss?:/i.test(url ?? '');
  const type = TYPES.find((known) => known === (values.type ?? (isSocket ? 'ws' : 'http')));
  if (type === undefined) return `Unknown type ${values.type}. Choose one of ${TYPES.join(', ')}.`;
  if (url !== undefined && isSocket !== (type === 'ws'))
    return 'Servers of type ws have an address that begins with ws:// or wss://, all others http:// or https://.';
  const headers: Record<string, string> = {};
  for (const header of values.header ?? []) {
    const [, key, value] = /^([\w!#$%&'*+.^`|~-]+):\s*([\x20-\x7e]*)$/.exec(header) ?? [];
    if (key === undefined || value === undefined) return 'A header is written NAME:VALUE.';
    headers[key] = value;
  }
  let transport: ServerTransport;
  if (program !== undefined) transport = { type: 'stdio', command: program, args: programArgs, env: {} };
  else if (url !== undefined && /^(?:https?|wss?):\/\//i.test(url) && URL.canParse(url))
    transport = { type, url, headers };
  else return 'The address has to begin with http://, https://, ws:// or wss://.';
  const definition = {
    name,
    scope: 'user',
    file: '',
    entry: {},
    fingerprint: '',
    transport,
    alwaysLoad: false,
  } as const;
  return { definition, yes };
}

/** What is about to happen, without secrets. */
function announced({ transport }: ServerDefinition, root: string): string[] {
  if (transport.type === 'stdio') {
    const shown = hideSecrets([transport.command, ...transport.args]);
    const words = Array.isArray(shown) ? shown.map((word) => JSON.stringify(word)) : [];
    return ['This starts a program on this machine, with all your rights:', `  ${words.join(' ')}`, `  in ${root}`];
  }
  const url = new URL(transport.url);
  const query = url.search === '' ? '' : '?[hidden]';
  const names = Object.keys(transport.headers);
  return [
    'This connects to:',
    `  ${url.origin}${url.pathname}${query}`,
    ...(names.length === 0 ? [] : [`  with the headers ${names.join(', ')}`]),
  ];
}

async function ask(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Promise<'yes' | 'no' | 'nobody'> {
  if (!('isTTY' in input) || input.isTTY !== true) return 'nobody';
  const terminal = createInterface({ input, output });
  try {
    const answer = await terminal.question('Servers are not audited by anyone. Go on? [y/N] ');
    return /^y(es)?$/i.test(answer.trim()) ? 'yes' : 'no';
  } finally {
    terminal.close();
  }
}

async function probe(
  { definition, env: given }: NamedServer,
  root: string,
  output: NodeJS.WritableStream,
  errors: NodeJS.WritableStream,
): Promise<number> {
  const env = () => given;
  const programEnv = () => scrubbedEnvironment(given, process.platform);
  const network = createNetwork({ env });
  const connections = createConnections({
    root,
    roots: () => [root],
    env,
    programEnv,
    headers: (asked, _refused, signal) => runHeadersHelper(asked, { run: runHelper, root, env: programEnv }, signal),
    fetch: network.fetch,
    openSocket: network.openSocket,
    log: (text) => errors.write(asLine(text)),
    guard: createProcessGuard(),
    version: '0',
    // Whoever looks wants to see the first failure.
    retry: { attempts: 0, firstAttempts: 0 },
  });
  const notices: Because[] = [];
  try {
    connections.update([definition]);
    const [connection] = connections.all();
    if (connection === undefined) return 2;
    connection.on((event) => {
      if (event.type === 'notice') notices.push(event.because);
    });
    try {
      await connection.connect();
    } catch (error) {
      errors.write(asLine(`assent: ${readableError(error)}`));
      const state = connection.state();
      for (const line of state.state === 'failed' ? state.stderr : []) errors.write(asLine(`  stderr: ${line}`));
      return 2;
    }
    const tools = createServerTools(connections, { env, save: async () => '' });
    for (const line of offered(connection, tools.all())) output.write(asLine(line));
    const problems = [...[...notices, ...tools.problems()].map(sayInEnglish), ...hiddenTexts(connection)];
    output.write(asLine(problems.length === 0 ? 'No problems.' : `Problems (${problems.length})`));
    for (const problem of problems) output.write(asLine(`  ${problem}`));
    return problems.length === 0 ? 0 : 1;
  } finally {
    await connections.dispose();
  }
}

function offered(connection: ServerConnection, tools: readonly OfferedTool[]): string[] {
  const info = connection.info();
  const { prompts, resources, templates } = connection.catalog();
  const first = (text = '') => cutEnd(text.trim().split('\n')[0] ?? '', LINE);
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`${title} (${lines.length})`, ...lines.map((line) => `  ${line}`)];
  return [
    `Connected to ${info?.name} ${info?.version}, protocol ${info?.protocolVersion}`,
    `Capabilities: ${Object.keys(info?.capabilities ?? {}).join(', ') || 'none'}`,
    ...(info?.instructions === undefined ? [] : [`Instructions: ${first(info.instructions)}`]),
    // As rules name them.
    ...list(
      'Tools',
      tools.map(({ tool }) => `${tool.name}  ${first(tool.description)}`),
    ),
    ...list(
      'Prompts',
      prompts.map(({ name, description }) => `${name}  ${first(description)}`.trim()),
    ),
    ...list(
      'Resources',
      resources.map(({ uri, name }) => `${uri}  ${name ?? ''}`.trim()),
    ),
    ...list(
      'Templates',
      templates.map(({ uriTemplate, name }) => `${uriTemplate}  ${name ?? ''}`.trim()),
    ),
  ];
}

/** Texts that show a person less than they tell a model. */
function hiddenTexts(connection: ServerConnection): string[] {
  const { tools, prompts, resources, templates } = connection.catalog();
  const instructions = connection.info()?.instructions ?? '';
  const texts = [
    ...tools.map((tool) => [`the tool ${tool.name}`, tool] as const),
    ...prompts.map((prompt) => [`the prompt ${prompt.name}`, prompt] as const),
    ...[...resources, ...templates].map(
      (one) => [`the resource ${'uri' in one ? one.uri : one.uriTemplate}`, one] as const,
    ),
    ['the instructions', instructions] as const,
  ];
  return texts
    .filter(([, value]) => stringsIn(value).some(hasInvisible))
    .map(([what]) => `In what is said of ${what} there are characters that do not show.`);
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...stringsIn(inner)]);
}
