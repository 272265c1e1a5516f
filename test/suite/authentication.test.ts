// Signing in with a team's identity provider in a real VS Code: its boxes, its accounts, its links.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { createAuthentication } from '../../src/host/authentication.ts';
import { createRedirects } from '../../src/host/redirects.ts';
import { createLogin } from '../../src/login/login.ts';
import { browse, CLIENT, type IdentityProvider, startIdentityProvider } from '../support/identityProvider.ts';
import { quietLog, until } from './fakes.ts';

const ID = 'assent-test';
/** Of the desktop, as it is registered at the test's identity provider. */
const OWN = 'com.example.editor://assent.assent/oauth';

suite('signing in with a team', () => {
  let idp: IdentityProvider;
  const subscriptions: vscode.Disposable[] = [];
  setup(async () => {
    idp = await startIdentityProvider();
  });
  teardown(async () => {
    for (const subscription of subscriptions.splice(0)) subscription.dispose();
    await idp.close();
  });

  /** `person` is the browser: what happens when a page is opened. */
  function set(person: (address: string, openUri: (query: string) => boolean) => Promise<void>, web = false) {
    const entries = new Map<string, string>();
    const store = new vscode.EventEmitter<void>();
    const config = { issuer: idp.issuer, clientId: CLIENT, redirectUri: OWN, parameters: { prompt: 'consent' } };
    const redirects = createRedirects({
      web: false,
      remote: false,
      own: OWN,
      external: async (address) => address,
      page: () => ({ title: '', text: '' }),
      timeoutMs: 60_000,
    });
    const login = createLogin(config, {
      // So that nobody waits for seconds.
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        if (!String(url).endsWith('/device/auth')) return response;
        return Response.json({ ...((await response.json()) as object), interval: 0.05 });
      },
      secrets: {
        get: async (key) => entries.get(key),
        store: async (key, value) => {
          entries.set(key, value);
          store.fire();
        },
        delete: async (key) => {
          entries.delete(key);
          store.fire();
        },
      },
      now: Date.now,
      alone: (_name, work) => work(),
      onEnded: () => {},
      hide: () => {},
    });
    const remembered: boolean[] = [];
    const authentication = createAuthentication({
      login: async () => ({ config, login }),
      forgetEveryLogin: async () => entries.clear(),
      receive: redirects.receive,
      web,
      openExternal: async (address) => {
        await person(address, redirects.openUri);
        return true;
      },
      remember: async (signedIn) => void remembered.push(signedIn),
      onStoreChanged: store.event,
      changed: () => {},
      log: quietLog,
    });
    const options = { supportsMultipleAccounts: true };
    const events: vscode.AuthenticationProviderAuthenticationSessionsChangeEvent[] = [];
    subscriptions.push(
      authentication,
      store,
      vscode.authentication.registerAuthenticationProvider(ID, 'Test', authentication, options),
      authentication.onDidChangeSessions((event) => events.push(event)),
    );
    return { authentication, login, events, remembered };
  }

  const comesBack = (who: string) => async (address: string, openUri: (query: string) => boolean) => {
    const back = await browse(address, { login: who }, (one) => one.startsWith(OWN));
    // VS Code gives its link to the extension in parts.
    assert.equal(openUri(vscode.Uri.parse(back, true).query), true, back);
  };
  const accounts = async () => (await vscode.authentication.getAccounts(ID)).map(({ label }) => label);

  test('our provider is there, and without a login it has no account and starts nothing', async () => {
    assert.deepEqual(await vscode.authentication.getAccounts('assent'), []);
  });

  test('the browser comes back by VS Code’s link; the accounts are in VS Code, and leave it', async () => {
    let who = 'ada';
    const { authentication, events, remembered } = set((address, openUri) => comesBack(who)(address, openUri));
    const session = await authentication.createSession(['openid'], {});
    assert.equal(session.account.label, 'ada@example.com');
    assert.ok(await idp.provider.AccessToken.find(session.accessToken));
    who = 'bob';
    assert.equal((await authentication.createSession([], {})).account.label, 'bob@example.com');
    assert.deepEqual(await accounts(), ['bob@example.com', 'ada@example.com']);
    const found = await authentication.getSessions(['openid'], { account: { id: 'ada', label: '' } });
    assert.deepEqual(
      found.map(({ id, accessToken }) => [id, accessToken]),
      [['ada', session.accessToken]],
    );
    assert.deepEqual(await authentication.getSessions(['never-granted'], {}), []);
    await authentication.removeSession('ada');
    await until(() => events.some(({ removed }) => removed?.[0]?.id === 'ada'), 'VS Code hears who left');
    assert.deepEqual(await accounts(), ['bob@example.com']);
    assert.equal(await idp.provider.AccessToken.find(session.accessToken), undefined);
    await authentication.signOut();
    assert.deepEqual(await accounts(), []);
    assert.equal(remembered.at(-1), false);
  });

  test('what was granted is all that can be asked for, and a failure is said in words', async () => {
    const { authentication, login } = set(async (address, openUri) => {
      const back = await browse(address, { login: 'ada', consents: false }, (one) => one.startsWith(OWN));
      openUri(vscode.Uri.parse(back, true).query);
    });
    await assert.rejects(async () => authentication.createSession([], {}), /did not let you in: it was denied/);
    assert.deepEqual(await login.accounts(), []);
  });

  test('in a browser a code is offered first, and the page for it is opened on a yes', async () => {
    let opened = '';
    const { authentication, login } = set(async (address) => {
      opened = address;
    }, true);
    const signedIn = authentication.createSession([], {});
    await until(() => idp.requests.some(({ path }) => path === 'POST /device/auth'), 'a code was asked for');
    await until(() => {
      // The first choice of the list copies the code and opens the page.
      void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return opened !== '';
    }, 'the page was opened');
    const code = await vscode.env.clipboard.readText();
    await browse(opened, { login: 'ada' }, () => false, { user_code: code });
    assert.equal((await signedIn).account.label, 'ada@example.com');
    assert.equal((await login.accounts()).length, 1);
  });

  test('who is signed in already can be used again without the browser', async () => {
    let pages = 0;
    const { authentication, login } = set(async (address, openUri) => {
      pages += 1;
      await comesBack(pages === 1 ? 'ada' : 'bob')(address, openUri);
    });
    await authentication.createSession([], {});
    await authentication.createSession([], {});
    await login.choose('ada');
    let chosen: string | undefined;
    const choosing = authentication.signIn().then((account) => {
      chosen = account?.label;
    });
    await until(() => {
      void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return chosen !== undefined;
    }, 'an account was chosen');
    await choosing;
    assert.equal(chosen, 'ada@example.com');
    assert.equal(pages, 2);
  });

  test('closing the box ends the sign-in', async () => {
    const { authentication, login } = set(async () => {
      void vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    });
    assert.equal(await authentication.signIn(), undefined);
    assert.deepEqual(await login.accounts(), []);
  });
});
