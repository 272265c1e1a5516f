// The environment that the VS Code of a run, its extension host and its terminals get.
import path from 'node:path';

type Environment = Record<string, string | undefined>;

/** What npm puts into the environment of a script; a terminal inside must not see it. */
const FROM_NPM =
  /^(npm_(lifecycle|package|execpath|node_execpath|command)|npm_config_(cache|global_prefix|globalconfig|init_module|local_prefix|node_gyp|noproxy|prefix|user_agent|userconfig|npm_version)$|INIT_CWD$|NODE$|COLOR$)/;
const FROM_VSCODE = /^(VSCODE_|ELECTRON_|CODE_SERVER_)/;
/** What would let a test depend on the account of whoever runs it. */
const OF_THE_PERSON =
  /^(ANTHROPIC_|CLAUDE_|AWS_|GOOGLE_|CLOUD_ML_|ASSENT_|OTEL_|DISABLE_|(https?|all|no)_proxy$|GIT_)/i;

/** The environment of this process as it was before npm ran us, with the extension gallery switched off. */
export function personsEnvironment(environment: Environment = process.env): Environment {
  const kept = Object.entries(environment).filter(([name]) => !FROM_NPM.test(name) && !FROM_VSCODE.test(name));
  return {
    ...Object.fromEntries(kept),
    PATH: pathBeforeNpm(environment['PATH'] ?? ''),
    EXTENSIONS_GALLERY: '{"serviceUrl":"","itemUrl":"","resourceUrlTemplate":""}',
  };
}

/** The same without anything personal: a home of its own, no credentials, no proxy, a fixed git identity. */
export function isolatedEnvironment(home: string): Environment {
  const kept = Object.entries(personsEnvironment()).filter(([name]) => !OF_THE_PERSON.test(name));
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    XDG_CONFIG_HOME: undefined,
    XDG_CACHE_HOME: undefined,
    XDG_DATA_HOME: undefined,
    CLAUDE_CONFIG_DIR: path.join(home, '.claude'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Test',
    GIT_AUTHOR_EMAIL: 'test@example.com',
    GIT_COMMITTER_NAME: 'Test',
    GIT_COMMITTER_EMAIL: 'test@example.com',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
  };
}

/** npm prepends `node_modules/.bin` of every folder above and its own helpers; all of them end in these. */
function pathBeforeNpm(value: string): string {
  const added = /[\\/]node_modules[\\/](\.bin|@npmcli[\\/]run-script[\\/]lib[\\/]node-gyp-bin)$/;
  return value
    .split(path.delimiter)
    .filter((folder) => !added.test(folder))
    .join(path.delimiter);
}

/** Makes a rehearsal server the provider of the extension. */
export function rehearsalEnvironment(url: string): Record<string, string> {
  return { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'rehearsal', ANTHROPIC_MODEL: 'assent-rehearsal' };
}
