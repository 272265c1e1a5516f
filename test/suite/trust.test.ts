// What the banners say of a folder's trust, and that what was accepted is kept by VS Code for the folder it was accepted in.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Settings } from '../../src/contracts/settings.ts';
import type { Loosening } from '../../src/contracts/trust.ts';
import { actOf, type Banner, bannerOf, settingsBanners } from '../../src/host/banners.ts';
import { createTrustStore } from '../../src/host/trustStore.ts';
import { fakeProject } from './fakes.ts';

const value = (id: string, state: Loosening['state']): Loosening => ({
  ...{ id, kind: 'allow', name: `Bash(${id})`, value: `Bash(${id})`, file: '/p/.claude/settings.json', state },
});
const settings = (...loosening: Loosening[]): Settings => ({ ...fakeProject('/p').settings(), loosening });
const said = (banners: Banner[]) => banners.map(({ notice: { because } }) => [because.code, because.args['count']]);

class FakeMemento implements vscode.Memento {
  readonly #values = new Map<string, unknown>();
  keys = () => [...this.#values.keys()];
  get<T>(key: string): T | undefined {
    return this.#values.get(key) as T | undefined;
  }
  async update(key: string, value: unknown): Promise<void> {
    if (value === undefined) this.#values.delete(key);
    else this.#values.set(key, value);
  }
}

suite('trust', () => {
  test('before trust one banner, with what trust would put in force', () => {
    assert.deepEqual(said(settingsBanners(settings(), false)), [['host.untrusted', undefined]]);
    const waiting = settings(value('a', 'waiting'), value('b', 'waiting'));
    assert.deepEqual(said(settingsBanners(waiting, false)), [['host.untrustedEnables', '2']]);
  });

  test('after it, one for what is held, which comes again for other values', () => {
    const banners = (...ids: string[]) =>
      settingsBanners(settings(value('a', 'inForce'), ...ids.map((id) => value(id, 'held'))), true);
    assert.deepEqual(said(banners()), []);
    assert.deepEqual(said(banners('b', 'c')), [['host.held', '2']]);
    assert.notEqual(banners('b')[0]?.notice.id, banners('c')[0]?.notice.id);
    assert.equal(banners('b')[0]?.notice.id, banners('b')[0]?.notice.id);
  });

  test('each button of a banner has something of its own to do, and the page can name it', () => {
    const [banner] = settingsBanners(settings(value('a', 'waiting')), false);
    assert.ok(banner);
    const { action, second } = banner.notice;
    const acts = [action, second].map((one) => actOf(banner, bannerOf(one?.command ?? '') ?? ''));
    assert.ok(acts[0] && acts[1] && acts[0] !== acts[1]);
    for (const one of [action, second]) assert.ok((one?.command.length ?? 999) <= 200);
    const many = Array.from({ length: 500 }, (_, at) => value(`value-${at}`, 'held'));
    for (const { notice } of settingsBanners(settings(...many), true)) {
      assert.ok((notice.action?.command.length ?? 999) <= 200);
    }
  });

  test('what was accepted is kept for each folder by itself, and forgotten with its trust', async () => {
    const state = new FakeMemento();
    const store = createTrustStore(state);
    assert.equal(store.accepted('/a'), undefined);
    await store.accept('/a', ['1', '2']);
    await store.accept('/a', ['2', '3']);
    await store.accept('/b', []);
    // As another window, or this one after a reload, sees it.
    const again = createTrustStore(state);
    assert.deepEqual([...(again.accepted('/a') ?? [])], ['1', '2', '3']);
    assert.deepEqual([...(again.accepted('/b') ?? ['none'])], []);
    await again.withdraw('/a', ['2', '9']);
    assert.deepEqual([...(store.accepted('/a') ?? [])], ['1', '3']);
    await again.forget('/a');
    assert.equal(store.accepted('/a'), undefined);
    await state.update(state.keys()[0] ?? '', 'spoiled');
    assert.equal(store.accepted('/b'), undefined);
  });

  test('the page that the banner shows is a command of ours', async () => {
    await vscode.extensions.getExtension('assent.assent')?.activate();
    assert.ok((await vscode.commands.getCommands(true)).includes('assent.permissions'));
  });
});
