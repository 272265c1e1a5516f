// A folder that is not trusted: reading and chatting work, the rest waits until it is trusted.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { access, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import {
  answered,
  eventually,
  newConversation,
  pictured,
  prompt,
  requestText,
  resultTold,
  startJourney,
  turnEnded,
} from '../support/vscode/journey.ts';
import type { Journey } from '../support/vscode/journeyOptions.ts';
import { dialog, screenshot } from '../support/vscode/workbench.ts';
import { createWitness, type Witness } from '../support/witness.ts';

/** Each program a hostile folder would like to have run leaves a file of this name with its own ending. */
const TRAP = 'trap-';
const trap = (name: string) => `touch ${TRAP}${name}`;
const SETTINGS = {
  permissions: { allow: ['Bash(touch:*)', 'Bash(ls:*)'], deny: ['Read(./secret.txt)'] },
  apiKeyHelper: trap('helper'),
  awsAuthRefresh: trap('refresh'),
  hooks: { SessionStart: [{ hooks: [{ type: 'command', command: trap('hook') }] }] },
  env: { ANTHROPIC_CUSTOM_HEADERS: 'X-Of-The-Folder: yes' },
};
const MCP = { mcpServers: { trap: { command: 'touch', args: [`${TRAP}server`] } } };
let witness: Witness;
let journey: Journey;
before(async () => {
  witness = await createWitness();
  journey = await startJourney({
    ...witness.options,
    trust: 'restricted',
    // An extension that offers tools, and a person who wants them.
    chatModels: true,
    settings: { 'assent.mcp.editorTools': true },
    files: {
      'notes.txt': 'The gate opens at six.\n',
      'secret.txt': 'The code is 4711.\n',
      '.claude/settings.json': JSON.stringify(SETTINGS),
      '.mcp.json': JSON.stringify(MCP),
    },
  });
  // git would run this at the first look at the files.
  await promisify(execFile)('git', ['config', 'core.fsmonitor', trap('git')], { cwd: journey.folder });
});
after(async () => {
  await journey?.stop();
  await witness?.remove();
});

const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);
const ofTheFolder = () => journey.rehearsal.requests().at(-1)?.headers['x-of-the-folder'];
/**
 * The words of each process that our code started in the extension host; and the places on the network that anything
 * there connected to, since a request leaves from a stack that is nobody's.
 */
async function ofOurs() {
  const acts = await witness.acts();
  assert.ok(acts.some((act) => act.kind === 'watching'));
  const children = acts.filter((act) => act.kind === 'child' && act.ours).map((act) => act.words);
  const connections = acts.filter((act) => act.kind === 'connection').flatMap((act) => act.words);
  return { children, connections: [...new Set(connections.filter((to) => !to.startsWith('/')))] };
}
/** The model was told what the other extension offers. */
const toldOfTools = () => journey.rehearsal.requests().some(({ body }) => JSON.stringify(body).includes('a_test_echo'));
const inFolder = (name: string) => path.join(journey.folder, name);

test(
  'before trust: reads work, nothing runs or is written, and only the strict rules of the folder count',
  step('restricted', async () => {
    const { page, rehearsal } = journey;
    const chat = await newConversation(journey, [
      [
        { text: 'I look.' },
        { tool: 'Read', input: { file_path: inFolder('notes.txt') } },
        { tool: 'Read', input: { file_path: inFolder('secret.txt') } },
        { tool: 'Grep', input: { pattern: 'gate' } },
        { tool: 'Glob', input: { pattern: '*.txt' } },
      ],
      'The gate opens at six.',
      [
        { tool: 'Bash', input: { command: 'touch made.txt' } },
        { tool: 'Bash', input: { command: 'ls' } },
        { tool: 'Write', input: { file_path: inFolder('new.txt'), content: 'new' } },
      ],
      'The rest is refused.',
    ]);
    const banner = chat.locator('[data-testid="notice"][data-kind="warning"]');
    await eventually(async () =>
      assert.match(await banner.innerText(), /Restricted Mode.*runs nothing and writes nothing/s),
    );
    await prompt(chat, 'When does the gate open?');
    await answered(chat, 'The gate opens at six.');
    await turnEnded(chat);
    await eventually(async () => assert.equal(await banner.count(), 1));
    await screenshot(page, 'trust-restricted');

    // What is out of sight is not drawn: one prompt for what is done, one for what is refused.
    const cards = chat.getByTestId('tool');
    const statuses = async () =>
      (await cards.evaluateAll((all) => all.map((one) => `${one.dataset['tool']} ${one.dataset['status']}`))).join();
    await eventually(async () => assert.equal(await statuses(), 'Read done,Read denied,Grep done,Glob done'));
    await eventually(async () => assert.match(await cards.nth(1).innerText(), /Read\(\.\/secret\.txt\)/));
    await prompt(chat, 'Now change things');
    await answered(chat, 'The rest is refused.');
    await turnEnded(chat);
    await eventually(async () => assert.match(await statuses(), /Bash denied,Bash denied,Write denied$/));
    for (const tool of ['Bash', 'Write']) {
      await cards
        .and(chat.locator(`[data-tool="${tool}"]`))
        .last()
        .getByText(/not trusted/)
        .first()
        .waitFor();
    }
    assert.equal(await chat.getByTestId('permission').count(), 0);
    const told = requestText(rehearsal);
    assert.match(told, /The gate opens at six/);
    assert.doesNotMatch(told, /4711/);
    for (const name of ['made.txt', 'new.txt']) await assert.rejects(access(inFolder(name)));
    assert.deepEqual(
      (await readdir(journey.folder)).filter((name) => name.startsWith(TRAP)),
      [],
    );
    assert.equal(ofTheFolder(), undefined);
    assert.equal(toldOfTools(), false);

    const { children, connections } = await ofOurs();
    assert.ok(children.length > 0, 'the witness saw no search');
    for (const [program = '', ...words] of children) {
      assert.equal(path.basename(program), 'rg', `${program} ${words.join(' ')}`);
      assert.ok(words.includes('--no-config'), words.join(' '));
    }
    assert.deepEqual(connections, [new URL(rehearsal.url).host]);
  }),
);

test(
  'once the folder is trusted it all works, without a reload',
  step('trusted', async () => {
    const { page, rehearsal } = journey;
    const chat = await newConversation(journey, [
      [{ tool: 'Bash', input: { command: 'touch made.txt' } }],
      [{ tool: 'Write', input: { file_path: inFolder('new.txt'), content: 'new\n' } }],
      [{ tool: 'Read', input: { file_path: inFolder('secret.txt') } }],
      'All done but the secret.',
    ]);
    // Our banner is the way to it.
    await chat.getByTestId('notice').getByText('Manage trust…').click();
    await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await chat.getByTestId('notice').filter({ hasText: 'Restricted Mode' }).waitFor({ state: 'detached' });
    // Trust starts no server: each is approved by itself.
    await chat.getByTestId('notice').filter({ hasText: 'trap' }).waitFor();
    await screenshot(page, 'trust-granted');

    await prompt(chat, 'Now do it');
    // The rule of the folder allows this one now, so the next question is about the new file.
    await chat.getByTestId('edit').waitFor();
    await access(inFolder('made.txt'));
    await chat.getByTestId('edit-accept').click();
    const submit = chat.getByTestId('review-submit');
    await submit.click();
    await answered(chat, 'All done but the secret.');
    await turnEnded(chat);
    assert.equal(await readFile(inFolder('new.txt'), 'utf8'), 'new\n');
    await chat.locator('[data-testid="tool"][data-tool="Read"][data-status="denied"]').waitFor();
    assert.doesNotMatch(requestText(rehearsal), /4711/);
    assert.equal(ofTheFolder(), 'yes');
    const programs = (await ofOurs()).children.map(([program = '']) => path.basename(program));
    for (const program of ['bash', 'git']) assert.ok(programs.includes(program), programs.join(' '));
    await assert.rejects(access(inFolder(`${TRAP}server`)));
  }),
);

test(
  'tools of other extensions are there then; one that asks for itself does so in a dialog of VS Code, and a no is a no',
  step('trust-dialog', async () => {
    const { page, rehearsal } = journey;
    const call = { tool: 'CallTool', input: { tool: 'mcp__vscode__a_test_confirm', input: { text: 'sure' } } };
    const chat = await newConversation(journey, [[call], 'Not then.', [call], 'Confirmed.']);
    const answerBoth = async (button: 'Cancel' | 'Yes') => {
      await chat.getByTestId('permission-allow').click();
      const asked = dialog(page);
      await asked.getByText('It cannot be taken back.').waitFor();
      if (button === 'Yes') await screenshot(page, 'trust-dialog');
      await asked.getByRole('button', { name: button }).click();
    };
    await prompt(chat, 'Try it');
    await answerBoth('Cancel');
    await answered(chat, 'Not then.');
    await turnEnded(chat);
    assert.equal(toldOfTools(), true);
    const { text, isError } = resultTold(rehearsal);
    assert.match(text, /a_test_confirm was cancelled in VS Code/);
    assert.equal(isError, true);
    await prompt(chat, 'Try it again');
    await answerBoth('Yes');
    await answered(chat, 'Confirmed.');
    assert.match(resultTold(rehearsal).text, /^<server-content source="vscode\/a_test_confirm">\nconfirmed\n/);
  }),
);
