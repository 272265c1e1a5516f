// What the status page is told in each scene.

const text = (words) => ({ code: 'status.text', args: { text: words } });
const said = (code, args = {}) => ({ code, args });
const USER = '/home/dev/.claude/settings.json';

export const facts = () => [
  { group: 'model', name: 'vendor', value: said('status.vendor.gateway') },
  {
    group: 'model',
    name: 'address',
    value: text('https://gateway.example/anthropic'),
    from: said('status.from.policy', {
      name: 'ANTHROPIC_BASE_URL',
      file: '/etc/claude-code/managed-settings.json',
      label: 'file',
    }),
    file: '/etc/claude-code/managed-settings.json',
    line: 4,
  },
  {
    group: 'model',
    name: 'model',
    value: text('claude-opus-5'),
    from: said('status.from.environment', { name: 'ANTHROPIC_MODEL' }),
  },
  { group: 'model', name: 'wireModel', value: text('team/opus') },
  {
    group: 'model',
    name: 'credential',
    value: said('status.credential.authToken'),
    from: said('status.from.file', { name: 'ANTHROPIC_AUTH_TOKEN', file: USER }),
    file: USER,
    line: 7,
  },
  { group: 'model', name: 'account', value: text('ada@example.com') },
  {
    group: 'network',
    name: 'proxy',
    value: said('status.proxy.through', { proxy: 'proxy.example:3128' }),
    from: said('status.from.editor', { name: 'http.proxy' }),
  },
  { group: 'network', name: 'certificates', value: said('status.certificates.both') },
  { group: 'network', name: 'clientCertificate', value: said('status.none') },
  { group: 'settings', name: 'root', value: text('/home/dev/shop') },
  {
    group: 'settings',
    name: 'policy',
    value: said('status.policy', { label: 'file', keys: 'env, permissions.deny, availableModels' }),
    file: '/etc/claude-code/managed-settings.json',
  },
  { group: 'settings', name: 'settingsFile', value: text(USER), file: USER },
  {
    group: 'settings',
    name: 'problem',
    warning: true,
    value: said('settings.notJson', { file: '/home/dev/shop/.claude/settings.json', line: '3', column: '5' }),
    file: '/home/dev/shop/.claude/settings.json',
    line: 3,
  },
  { group: 'settings', name: 'optOuts', value: text('DISABLE_TELEMETRY') },
  { group: 'versions', name: 'assent', value: text('0.4.0') },
  { group: 'versions', name: 'vscode', value: text('1.106.0') },
  { group: 'versions', name: 'node', value: text('22.19.0') },
  { group: 'versions', name: 'system', value: text('linux x64 6.1.0') },
];

const hop = (name, state, because, durationMs = 0, remedies = []) => ({
  ...{ hop: name, state, because, durationMs, remedies },
});
const host = 'gateway.example';
const way = () => [
  hop('name', 'skipped', said('network.hop.nameByProxy', { host })),
  hop('proxy', 'ok', said('network.hop.proxy', { proxy: 'proxy.example:3128', source: 'http.proxy' }), 42),
  hop('connection', 'ok', said('network.hop.connectionByProxy', { host: `${host}:443` }), 0),
];
const check = (state, hops, more = {}) => ({
  type: 'check',
  check: { state, atMs: Date.UTC(2026, 10, 23, 9), model: 'claude-opus-5', hops, ...more },
});

export const passed = () =>
  check(
    'done',
    [
      ...way(),
      hop(
        'certificate',
        'ok',
        said('network.hop.certificate', { host, issuer: 'Example Root', day: '2027-03-01' }),
        61,
      ),
      hop('clientCertificate', 'skipped', said('network.hop.noClientCertificate', { host }), 30),
      hop('authentication', 'ok', said('status.check.accepted'), 804),
      hop('model', 'ok', said('status.check.answered', { model: 'claude-opus-5' }), 12),
    ],
    { cost: said('status.check.cost', { tokens: '13', usd: '$0.0001' }) },
  );

export const failing = () =>
  check('done', [
    ...way(),
    hop(
      'certificate',
      'failed',
      said('network.untrusted', { host, issuer: 'Inspecting box of Example Corp', code: 'SELF_SIGNED_CERT_IN_CHAIN' }),
      55,
      ['settings', 'log'],
    ),
    ...['clientCertificate', 'authentication', 'model'].map((name) =>
      hop(name, 'skipped', said('status.check.notReached')),
    ),
  ]);

export function statusScenes() {
  const start = { type: 'facts', facts: facts() };
  return {
    status: [start, passed()],
    statusFailing: [start, failing()],
    statusRunning: [start, check('running', way())],
    statusCancelled: [start, check('cancelled', way())],
    statusNoFolder: [{ type: 'failed', because: said('status.noFolder') }],
  };
}
