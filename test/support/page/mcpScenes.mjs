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

export const state = (more = {}) => ({
  type: 'state',
  state: {
    ...{ root: '/home/dev/shop', several: true, trusted: true, exclusive: false, problems: [], files },
    servers: [NEW, CHANGED, CONNECTED, FAILED, SIGN_IN, ...OTHERS],
    ...more,
  },
});

export function mcpScenes() {
  return {
    mcp: [state()],
    mcpEmpty: [state({ servers: [] })],
    mcpUntrusted: [
      state({
        trusted: false,
        servers: [{ ...NEW, because: because('mcp.server.untrusted', { server: 'tickets', file: files.project }) }],
        problems: [
          {
            file: files.editor,
            line: 4,
            because: because('mcp.config.notJson', { file: files.editor, line: '4', column: '1' }),
          },
        ],
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
    mcpFailed: [state(), { type: 'failed', because: because('mcp.config.gone', { server: 'tickets' }) }],
  };
}
