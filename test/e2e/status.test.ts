// The status page in a real VS Code behind an inspecting proxy; the organisation's list of models; a cap that is reached;
// and that nothing but the model is contacted with the opt-outs set.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { makeAuthority, makeCertificate } from '../support/certificate.ts';
import { forwardTo } from '../support/forwardTo.ts';
import { type Squid, startSquid } from '../support/squid.ts';
import {
  answered,
  eventually,
  newConversation,
  pictured,
  prompt,
  startJourney,
  turnEnded,
} from '../support/vscode/journey.ts';
import type { Journey } from '../support/vscode/journeyOptions.ts';
import { assentFrame, editorTab, runCommand, screenshot } from '../support/vscode/workbench.ts';
import { createWitness, type Witness } from '../support/witness.ts';

const HOST = 'api.test';
const upstream = makeAuthority('Authority of the service');
const inspector = makeAuthority('Inspecting box of Example Corp');
const OPT_OUTS = {
  DISABLE_TELEMETRY: '1',
  DISABLE_ERROR_REPORTING: '1',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
};

let place: string;
let witness: Witness;
let journey: Journey;
let squid: Squid;
let service: Server;
let env: Record<string, string>;
before(async () => {
  place = await mkdtemp(path.join(tmpdir(), 'assent-status-'));
  const managed = path.join(place, 'managed');
  for (const folder of [managed, path.join(place, 'own')]) await mkdir(folder);
  await writeFile(
    path.join(managed, 'managed-settings.json'),
    JSON.stringify({ availableModels: ['assent-rehearsal', 'sonnet'] }),
  );
  await writeFile(path.join(place, 'inspector.pem'), inspector.cert);
  witness = await createWitness();
  squid = await startSquid({ hosts: [HOST], inspect: { authority: inspector, upstream: upstream.cert } });
  const model = { url: '' };
  service = createServer(makeCertificate([HOST], { by: upstream }), forwardTo(model));
  service.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const { port } = service.address() as AddressInfo;
  env = { ...OPT_OUTS, ANTHROPIC_BASE_URL: `https://${HOST}:${port}`, HTTPS_PROXY: squid.url };
  await settings({ env });
  journey = await startJourney({
    ...witness.options,
    development: true,
    env: { ...witness.options.env, ASSENT_MANAGED_SETTINGS_DIR: managed, CLAUDE_CONFIG_DIR: path.join(place, 'own') },
  });
  model.url = journey.rehearsal.url;
});
after(async () => {
  await journey?.stop();
  service?.closeAllConnections();
  service?.close();
  await squid?.stop();
  await witness?.remove();
  await rm(place, { recursive: true, force: true });
});

const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);
const settings = (content: unknown) => writeFile(path.join(place, 'own/settings.json'), JSON.stringify(content));
const statusFrame = () => assentFrame(journey.page, { selector: '[data-testid="status"]' });

test(
  'the step of the certificate fails with what to do; once that is done, every step works, and so does a turn',
  step('status', async () => {
    const { page, rehearsal } = journey;
    await runCommand(page, 'Assent: Status');
    const status = await statusFrame();
    const failed = status.locator('[data-hop="certificate"][data-state="failed"]');
    await failed.waitFor();
    await status.getByTestId('verdict').getByText('The step “Certificate” fails.').waitFor();
    assert.match(await failed.innerText(), /Inspecting box of Example Corp.*NODE_EXTRA_CA_CERTS/s);
    assert.match(await status.locator('[data-fact="proxy"]').innerText(), /HTTPS_PROXY in .*settings\.json/);
    assert.match(await status.locator('[data-fact="policy"]').innerText(), /\(file\): availableModels/);
    assert.match(await status.locator('[data-fact="optOuts"]').innerText(), /DISABLE_TELEMETRY/);
    await screenshot(page, 'status-certificate');
    await failed.locator('[data-remedy="settings"]').click();
    await editorTab(page, 'settings.json').waitFor();

    rehearsal.setScript({ turns: ['Yes.'], loop: true });
    await settings({ env: { ...env, NODE_EXTRA_CA_CERTS: path.join(place, 'inspector.pem') } });
    await editorTab(page, 'Status').click();
    const again = await statusFrame();
    await again.locator('[data-fact="extraCertificates"]', { hasText: 'inspector.pem' }).waitFor();
    await again.getByTestId('run').click();
    await again.locator('[data-hop="model"][data-state="ok"]').waitFor();
    await again.getByTestId('verdict').getByText('Every step to assent-rehearsal works.').waitFor();
    assert.match(await again.locator('[data-hop="model"]').innerText(), /no real model was asked/);
    await screenshot(page, 'status-works');
    await again.getByTestId('copy').click();
    await again.getByText('Copied, without secrets.').first().waitFor();

    const chat = await newConversation(journey, [
      [{ tool: 'Grep', input: { pattern: 'function' } }],
      'It goes through the proxy.',
    ]);
    await prompt(chat, 'Hello through the proxy');
    await answered(chat, 'It goes through the proxy.');
    await turnEnded(chat);
  }),
);

test(
  'with the opt-outs set nothing but the model was contacted, and that through the proxy',
  step('status-trace', async () => {
    const acts = await witness.acts();
    assert.ok(acts.some((act) => act.kind === 'watching'));
    const places = acts.filter((act) => act.kind === 'connection').flatMap((act) => act.words);
    const away = [...new Set(places.filter((to) => !to.startsWith('/')))];
    assert.deepEqual(away, [new URL(squid.url).host]);
    // Without a request in them are those that looked at the certificate and left.
    const asked = (await squid.log()).filter((line) => /^[A-Z]+ /.test(line));
    const { host } = new URL(env['ANTHROPIC_BASE_URL'] ?? '');
    assert.ok(asked.length > 0);
    for (const line of asked) assert.ok(line.includes(host), line);
  }),
);

test(
  'the picker of models holds what the organisation lists',
  step('status-models', async () => {
    const { page } = journey;
    const chat = await assentFrame(page);
    await chat.getByTestId('model').click();
    const choices = chat.locator('[data-choice]');
    await choices.first().waitFor();
    await screenshot(page, 'status-models');
    const offered = await choices.evaluateAll((all) =>
      all.filter((one) => one.getAttribute('aria-disabled') !== 'true').map((one) => one.getAttribute('data-choice')),
    );
    assert.ok(offered.includes('assent-rehearsal'), offered.join());
    assert.ok(!offered.some((id) => /^claude-(opus|haiku)/.test(id ?? '')), offered.join());
    await chat.locator('[data-choice="claude-sonnet-5"]').click();
    await eventually(async () =>
      assert.equal(await chat.getByTestId('model').getAttribute('data-model'), 'claude-sonnet-5'),
    );
  }),
);

test(
  'a cap that is reached is said in the chat, in the usage, and in the check',
  step('status-cap', async () => {
    const { page, rehearsal } = journey;
    await settings({
      env: { ...env, NODE_EXTRA_CA_CERTS: path.join(place, 'inspector.pem') },
      assent: { costCaps: { day: 0.000_001 } },
    });
    // Until the settings are read again it is answered.
    rehearsal.setScript({ turns: ['Spent.'], loop: true });
    const chat = await assentFrame(page);
    const card = chat.getByTestId('conversation').locator('[data-testid="notice"][data-kind="error"]').last();
    await eventually(async () => {
      await prompt(chat, 'Is there anything left?');
      await turnEnded(chat);
      await card.getByText('Show usage').waitFor({ timeout: 2_000 });
    });
    const sent = rehearsal.requests().length;
    await screenshot(page, 'status-cap');
    await runCommand(page, 'Assent: Status');
    const status = await statusFrame();
    await status.locator('[data-hop="model"][data-state="failed"]').waitFor();
    await status.locator('[data-remedy="usage"]').click();
    const usage = await assentFrame(page, { selector: '[data-testid="usage"]' });
    await usage.getByText('settings.json').first().waitFor();
    assert.equal(rehearsal.requests().length, sent, 'something was sent past the cap');
  }),
);
