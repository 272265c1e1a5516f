// What the page of servers is told in each scene.

const tool = (name, description, hints = []) => ({ name, rule: `mcp__tickets__${name}`, description, hints });
const files = {
  project: '/home/dev/shop/.mcp.json',
  local: '/home/dev/.claude.json',
  user: '/home/dev/.claude.json',
  editor: '/home/dev/shop/.vscode/mcp.json',
};
const server = (name, more) => ({
  ...{ name, scope: 'project', file: files.project, line: 3, standing: 'ready', warnings: [], notices: [] },
  ...{ fields: [{ name: 'command', text: 'npx' }], variables: [], fingerprint: `print-${name}` },
  ...{ remote: false, signedIn: false, tools: [], prompts: [], resources: [] },
  ...more,
});
const because = (code, args = {}) => ({ code, args });

const NEW = server('tickets', {
  standing: 'pending',
  because: because('mcp.server.new', { server: 'tickets', file: files.project }),
  fields: [
    { name: 'command', text: 'npx' },
    { name: 'args[0]', text: '-y' },
    { name: 'args[1]', text: '@corp/tickets\u202e-server' },
    { name: 'args[2]', text: 'two words' },
    { name: 'env.API_KEY', text: '\u0024{TICKETS_KEY}' },
    { name: 'env.PASSWORD', text: '', hidden: 24 },
  ],
  variables: ['TICKETS_KEY'],
});
const CHANGED = server('search', {
  standing: 'pending',
  line: 9,
  because: because('mcp.server.changed', { server: 'search', file: files.project }),
  before: [
    { name: 'type', text: 'http' },
    { name: 'url', text: 'https://search.corp.example/mcp' },
    { name: 'headers.X-Team', text: 'shop' },
  ],
  fields: [
    { name: 'type', text: 'http' },
    { name: 'url', text: 'https://search.evil.example/mcp' },
    { name: 'headersHelper', text: './token.sh' },
  ],
  remote: true,
});
const CONNECTED = server('docs', {
  scope: 'user',
  file: files.user,
  line: 120,
  state: { state: 'connected', tools: 2, prompts: 1, resources: 1 },
  about: {
    name: 'Docs server',
    version: '2.1.0',
    protocolVersion: '2025-11-25',
    instructions: 'Search before you read.',
  },
  tools: [
    tool('search', 'Searches the documents.', ['readOnly']),
    tool('drop', 'Removes one.', ['destructive', 'asks']),
  ],
  prompts: [{ name: 'summary', description: 'Sums up a document.' }],
  resources: [{ uri: 'docs://index', name: 'Index' }],
});
const FAILED = server('build', {
  line: 14,
  state: {
    state: 'failed',
    because: because('mcp.connection.exited', { server: 'build', code: '1' }),
    stderr: ['Error: Cannot find module "left-pad"', '    at Module._resolveFilename'],
  },
  warnings: [because('mcp.config.variable', { server: 'build', variable: 'BUILD_HOST' })],
});
const SIGN_IN = server('wiki', {
  remote: true,
  state: { state: 'needsAuthentication', because: because('mcp.connection.signIn', { server: 'wiki' }) },
});
const CONNECTING = server('slow', { state: { state: 'connecting', sinceMs: 0 } });
const IDLE = server('later', { state: { state: 'idle' } });
const UNREACHED = server('crm', {
  remote: true,
  scope: 'local',
  file: files.local,
  line: 1204,
  fields: [
    { name: 'type', text: 'http' },
    {
      name: 'url',
      text: 'https://crm.example.com/a-rather-long/path/that-does-not-end/where/anybody-would-expect-it/mcp',
    },
    { name: 'headers.Authorization', text: '', hidden: 71 },
    { name: 'oauth', text: '{"clientId":"assent","scopes":"read write"}' },
  ],
  signedIn: true,
  state: {
    state: 'failed',
    because: because('mcp.connection.unreachable', { server: 'crm', reason: 'connect ECONNREFUSED 10.0.0.4:443' }),
    stderr: [],
    retryAtMs: Date.UTC(2030, 0, 1, 12),
  },
});
const LARGE = server('everything-of-the-company', {
  line: 40,
  state: { state: 'connected', tools: 60, prompts: 12, resources: 200 },
  about: { name: 'Everything', version: '12.0.1', protocolVersion: '2025-06-18', instructions: '' },
  tools: Array.from({ length: 60 }, (_, i) => ({
    ...tool(
      `${['search', 'update', 'remove'][i % 3]}_${i}`,
      `What it does is said in more than a few words, since nobody would find it otherwise. It is number ${i} of sixty.`,
      [['readOnly'], ['openWorld'], ['destructive', 'openWorld']][i % 3],
    ),
    ...(i === 3 ? { rule: undefined } : {}),
  })),
  prompts: Array.from({ length: 12 }, (_, i) => ({ name: `prompt_${i}`, description: '' })),
  resources: Array.from({ length: 200 }, (_, i) => ({ uri: `all://thing/${i}`, name: `Thing ${i}` })),
  notices: [because('mcp.tool.schema', { server: 'everything', tool: 'update_3', reason: 'it refers to itself' })],
});
const MANAGED = server('corp', {
  scope: 'managed',
  file: '/etc/claude-code/managed-mcp.json',
  line: 3,
  state: { state: 'connected', tools: 2, prompts: 0, resources: 0 },
  tools: CONNECTED.tools,
});
const OTHERS = [
  server('old', { standing: 'rejected', because: because('mcp.server.rejected', { server: 'old' }) }),
  server('noisy', { standing: 'disabled', because: because('mcp.config.disabled', { server: 'noisy' }) }),
  server('far', { standing: 'blocked', because: because('mcp.config.notAllowed', { server: 'far' }) }),
  server('typo', { standing: 'invalid', because: because('mcp.config.noType', { server: 'typo' }) }),
  server('ed', {
    scope: 'editor',
    file: files.editor,
    standing: 'notConfigured',
    because: because('mcp.config.inputs', { server: 'ed', inputs: 'key' }),
  }),
];

const PROBLEM = {
  file: files.editor,
  line: 4,
  because: because('mcp.config.notJson', { file: files.editor, line: '4', column: '1' }),
};
const EXCLUDED = because('mcp.config.managed', { server: 'far', file: files.project });

const EDITOR_TOOLS = {
  on: true,
  tools: [
    { rule: 'mcp__vscode__db_query', description: 'Asks the database that is open.', extension: 'Database Client' },
    { rule: 'mcp__vscode__figures', description: '', extension: `${'Figures and Charts of '.repeat(8)}\u202eyours` },
  ],
  leftOut: [
    because('mcp.tool.schema', { server: 'vscode', tool: 'figures_all', reason: 'a name with blanks in properties' }),
  ],
};

export const state = (more = {}) => ({
  type: 'state',
  state: {
    ...{ root: '/home/dev/shop', several: true, trusted: true, exclusive: false, problems: [], files },
    editorTools: { on: false, tools: [], leftOut: [] },
    servers: [NEW, CHANGED, CONNECTED, FAILED, SIGN_IN, ...OTHERS],
    ...more,
  },
});

export function mcpScenes() {
  return {
    mcp: [state()],
    mcpStates: [
      state({ servers: [CONNECTING, IDLE, UNREACHED, LARGE, ...OTHERS], problems: [PROBLEM], several: false }),
    ],
    mcpManaged: [state({ exclusive: true, servers: [MANAGED, { ...OTHERS[2], because: EXCLUDED }] })],
    mcpMany: [
      state({
        servers: Array.from({ length: 20 }, (_, i) => ({
          ...LARGE,
          name: `server-${i}`,
          tools: LARGE.tools.slice(0, 25),
        })),
      }),
    ],
    mcpEditorTools: [state({ servers: [CONNECTED], editorTools: EDITOR_TOOLS })],
    mcpEmpty: [state({ servers: [] })],
    mcpNone: [state({ servers: [], exclusive: true })],
    mcpUntrusted: [
      state({
        trusted: false,
        servers: [{ ...NEW, because: because('mcp.server.untrusted', { server: 'tickets', file: files.project }) }],
        problems: [PROBLEM],
      }),
    ],
    mcpForm: [
      state(),
      {
        type: 'entry',
        name: 'tickets',
        scope: 'project',
        entry: { command: 'npx', args: ['-y', 'x'], env: { A: 'b' }, timeout: 5000 },
      },
    ],
    mcpFormAddress: [
      state({ servers: [] }),
      {
        type: 'entry',
        name: 'wiki',
        scope: 'editor',
        entry: {
          ...{ type: 'http', url: 'https://wiki.example/mcp', headers: { 'X-Team': 'shop' }, dev: { later: true } },
          ...{ headersHelper: './token.sh', oauth: { clientId: 'assent', scopes: 'read write', audience: 'wiki' } },
        },
      },
    ],
    mcpFailed: [state(), { type: 'failed', because: because('mcp.config.gone', { server: 'tickets' }) }],
  };
}
