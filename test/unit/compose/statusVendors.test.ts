// A walk through every vendor's own test server, and what the page says of each.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { statusCheck } from '../../../src/compose/statusCheck.ts';
import { placeOf } from '../../../src/compose/statusPlaces.ts';
import type { StatusFact } from '../../../src/statusProtocol.ts';
import { sayInEnglish } from '../../../src/util/phrases.ts';
import { BEARER, KEYS, startBedrock } from '../../support/aws/bedrock.ts';
import { startFront } from '../../support/front.ts';
import { SERVICE_ACCOUNT, startGoogleCloud } from '../../support/googleCloud.ts';
import { startKeyService } from '../../support/keyService.ts';
import { type Rehearsal, startRehearsal } from '../../support/rehearsal/server.ts';
import { type Folder, temporaryFolder } from '../network/kit.ts';
import { failedAt, KEY, MODEL, type StatusOptions, statusWith, walk } from './statusKit.ts';

let rehearsal: Rehearsal;
let folder: Folder;
before(async () => {
  rehearsal = await startRehearsal({ script: { turns: [{ blocks: [{ text: 'OK' }] }], loop: true } });
  folder = await temporaryFolder();
});
after(async () => {
  await rehearsal?.close();
  await folder?.remove();
});

const shown = (facts: readonly StatusFact[]) =>
  Object.fromEntries(
    facts.map(({ name, value, from }) => [name, sayInEnglish(value) + (from ? ` — ${sayInEnglish(from)}` : '')]),
  );

/** Goes through; `facts` begin with what is expected. */
async function works(
  env: Record<string, string>,
  expected: Record<string, string>,
  { secrets = [], ...options }: StatusOptions & { secrets?: string[] } = {},
  model = MODEL,
): Promise<void> {
  const status = statusWith(env, options);
  try {
    const facts = await status.facts(model);
    const found = shown(facts);
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, found[name]])), expected);
    const done = await walk(status, model);
    assert.equal(failedAt(done), undefined, done.lines.join('\n'));
    assert.deepEqual(
      done.hops.slice(-2).map(({ state }) => state),
      ['ok', 'ok'],
    );
    for (const secret of secrets) assert.ok(!(JSON.stringify(facts) + done.everything).includes(secret), 'a secret');
  } finally {
    status.close();
  }
}

test('a gateway', async (t) => {
  const gateway = await startKeyService(rehearsal, { accepts: ({ bearer }) => bearer === KEY });
  t.after(gateway.close);
  const env = { ANTHROPIC_BASE_URL: gateway.url, ANTHROPIC_AUTH_TOKEN: KEY };
  // Only the rehearsal model is there; what is asked for as another is told as another.
  await works(
    env,
    {
      vendor: 'The rehearsal model: scripted answers, no real model',
      address: `${gateway.url} — ANTHROPIC_BASE_URL in the environment of VS Code`,
      credential: 'Token — ANTHROPIC_AUTH_TOKEN in the environment of VS Code',
      account: 'ada@example.com',
      proxy: 'None',
    },
    { secrets: [KEY], person: 'ada@example.com' },
  );
});

test('Amazon Bedrock: a key, keys of variables, and its Messages endpoint', async (t) => {
  const runtime = await startBedrock(rehearsal, { region: 'eu-west-1' });
  const mantle = await startBedrock(rehearsal, { endpoint: 'mantle', region: 'eu-west-1' });
  t.after(() => Promise.all([runtime.close(), mantle.close()]));
  const at = { CLAUDE_CODE_USE_BEDROCK: '1', ANTHROPIC_BEDROCK_BASE_URL: runtime.url, AWS_REGION: 'eu-west-1' };
  const keys = {
    AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
    AWS_SESSION_TOKEN: KEYS.sessionToken,
  };
  const secrets = [KEYS.secretAccessKey, BEARER];
  await works(
    { ...at, AWS_BEARER_TOKEN_BEDROCK: BEARER },
    {
      vendor: 'Amazon Bedrock — CLAUDE_CODE_USE_BEDROCK in the environment of VS Code',
      region: 'eu-west-1 — AWS_REGION in the environment of VS Code',
      credential: 'API key of Bedrock — AWS_BEARER_TOKEN_BEDROCK in the environment of VS Code',
    },
    { secrets },
  );
  await works(
    { ...at, ...keys },
    { credential: 'Keys of AWS in variables — AWS_ACCESS_KEY_ID in the environment of VS Code' },
    { secrets },
  );
  await works(
    {
      CLAUDE_CODE_USE_MANTLE: '1',
      ANTHROPIC_BEDROCK_MANTLE_BASE_URL: `${mantle.url}/anthropic`,
      AWS_REGION: 'eu-west-1',
      ...keys,
    },
    { vendor: 'Amazon Bedrock, Messages endpoint — CLAUDE_CODE_USE_MANTLE in the environment of VS Code' },
    { secrets },
  );
});

test('Google Vertex AI', async (t) => {
  const google = await startGoogleCloud(rehearsal);
  t.after(google.close);
  const file = await folder.file('account.json', JSON.stringify(SERVICE_ACCOUNT));
  await works(
    {
      CLAUDE_CODE_USE_VERTEX: '1',
      ANTHROPIC_VERTEX_PROJECT_ID: 'team',
      CLOUD_ML_REGION: 'europe-west1',
      ANTHROPIC_VERTEX_BASE_URL: `${google.front.url}/v1`,
      GOOGLE_APPLICATION_CREDENTIALS: file,
    },
    {
      vendor: 'Google Vertex AI — CLAUDE_CODE_USE_VERTEX in the environment of VS Code',
      region: 'europe-west1 — CLOUD_ML_REGION in the environment of VS Code',
      credential: `Application Default Credentials of ${file} — GOOGLE_APPLICATION_CREDENTIALS in the environment of VS Code`,
    },
    { secrets: [SERVICE_ACCOUNT.private_key], provider: { fetch: google.fetch } },
  );
});

test('Microsoft Foundry, with a key and behind something that adds one', async (t) => {
  const foundry = await startFront(rehearsal, { receive: ({ body }) => ({ ask: JSON.parse(body) }) });
  t.after(foundry.close);
  const at = { CLAUDE_CODE_USE_FOUNDRY: '1', ANTHROPIC_FOUNDRY_BASE_URL: `${foundry.url}/anthropic` };
  await works(
    { ...at, ANTHROPIC_FOUNDRY_API_KEY: KEY },
    {
      vendor: 'Microsoft Foundry — CLAUDE_CODE_USE_FOUNDRY in the environment of VS Code',
      credential: 'Key of Foundry — ANTHROPIC_FOUNDRY_API_KEY in the environment of VS Code',
    },
    { secrets: [KEY] },
  );
  const open = statusWith({ ...at, CLAUDE_CODE_SKIP_FOUNDRY_AUTH: '1' });
  t.after(open.close);
  assert.match((await walk(open)).lines[5] ?? '', /authentication ok: .*no credential was sent/);
});

test('a token service that is not reached is the step of the credential', async () => {
  const because = { code: 'vertex.tokenNetwork', args: {} };
  const env = { CLAUDE_CODE_USE_VERTEX: '1', ANTHROPIC_VERTEX_BASE_URL: 'http://localhost/v1' };
  const states: string[] = [];
  const check = statusCheck(
    {
      probe: async function* () {},
      provider: {
        id: 'test',
        async *stream() {
          yield { type: 'failed', failure: { code: 'network', detail: '', because, retryable: true } };
        },
      },
      place: placeOf(MODEL, env),
      model: MODEL,
      rehearsal: true,
      withoutCredential: false,
      blocked: undefined,
      newId: () => 'id',
      now: () => 0,
    },
    new AbortController().signal,
  );
  for await (const event of check) if (event.type === 'hop') states.push(`${event.hop.hop} ${event.hop.state}`);
  assert.ok(states.includes('authentication failed'), states.join());
});

test('where each vendor is without an address of its own, and what a model is called there', () => {
  const seen = (env: Record<string, string>, sendAs?: string) => {
    const { url, region, wire } = placeOf('claude-opus-5', env, sendAs);
    return [url?.href, region, wire];
  };
  assert.deepEqual(seen({}), ['https://api.anthropic.com/', undefined, 'claude-opus-5']);
  assert.deepEqual(seen({}, 'team/opus')[2], 'team/opus');
  assert.deepEqual(seen({ CLAUDE_CODE_USE_BEDROCK: '1', AWS_REGION: 'eu-west-1' }), [
    'https://bedrock-runtime.eu-west-1.amazonaws.com/',
    'eu-west-1',
    'eu.anthropic.claude-opus-5',
  ]);
  assert.deepEqual(seen({ CLAUDE_CODE_USE_MANTLE: '1', AWS_REGION: 'us-west-2' }), [
    'https://bedrock-mantle.us-west-2.api.aws/anthropic',
    'us-west-2',
    'anthropic.claude-opus-5',
  ]);
  assert.equal(
    seen({ CLAUDE_CODE_USE_VERTEX: '1', CLOUD_ML_REGION: 'europe-west1' })[0],
    'https://europe-west1-aiplatform.googleapis.com/v1',
  );
  assert.equal(
    seen({ CLAUDE_CODE_USE_FOUNDRY: '1', ANTHROPIC_FOUNDRY_RESOURCE: 'our-team' })[0],
    'https://our-team.services.ai.azure.com/anthropic',
  );
  assert.equal(placeOf('m', { CLAUDE_CODE_USE_FOUNDRY: '1' }).fault?.code, 'foundry.noAddress');
});
