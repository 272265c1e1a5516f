// A folder where bash runs scripts and all that can start are markers, which only write down their words.
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What one script did. */
export type Outcome = {
  /** Each marker that ran: its words, the first as it was found on the search path or named. */
  ran: string[][];
  /** Absolute paths of files and folders made, changed or removed. */
  changed: string[];
  /** What was written to standard output and error, cut. */
  said: string;
  timedOut: boolean;
};

/**
 * 'markers': echo, test and their like are markers too, so that their words are seen. 'builtins': bash has its own.
 * 'real': the programs that read and write files are the real ones.
 */
export type Programs = 'markers' | 'builtins' | 'real';

export type Sandbox = {
  /** Where scripts start; the workspace. */
  folder: string;
  home: string;
  /** The search path of each. */
  bin: Record<Programs, string>;
  run(script: string, programs: Programs): Promise<Outcome>;
  remove(): Promise<void>;
};

/** Words that stand outside the workspace alone: a script that was decided to read nothing there cannot know them. */
export const CANARIES = {
  name: 'name-of-a-file-outside',
  outside: 'text-of-a-file-outside',
  home: 'text-of-a-file-at-home',
  variable: 'value-of-a-secret-variable',
};
const FILES = {
  'work/notes.txt': 'one\ntwo\n',
  'work/script.sh': 'evil script\n',
  'work/src/b.ts': 'b\n',
  'work/src/mk': '',
  'work/sub/deep': '',
  'work/made/old': '',
  'work/links/-R': '',
  'work/links/y': 'y\n',
  'outside/kept': `${CANARIES.outside}\n`,
  [`outside/${CANARIES.name}`]: '',
  'home/mine.txt': `${CANARIES.home}\n`,
};
/** Markers that lie in the workspace, as a hostile repository could bring them. */
const LOCAL = ['work/evil', 'work/mk', 'work/sub/evil', 'home/evil'];
/** These start what they are told to, from the same search path. */
const REAL = ['timeout', 'nice', 'nohup', 'stdbuf', 'env', 'xargs'];
const LIMITS = 'ulimit -t 2 -f 500 -v 800000 -u 800 2>/dev/null; unset BASH_ENV; enable -n kill ulimit';
const WAIT_MS = 1500;
const MAX_SAID = 200_000;
const BASH = ['/usr/bin/bash', '/bin/bash'].find((file) => existsSync(file)) ?? 'bash';

/** Needs perl (which every Debian and macOS has) for the markers. `real` are those of `names` that may be themselves. */
export function createSandbox(names: readonly string[], real: readonly string[]): Sandbox {
  const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'assent-fuzz-')));
  const at = (...parts: string[]) => path.join(base, ...parts);
  const nobody = process.getuid?.() === 0 ? idOfNobody() : undefined;
  const log = at('log');
  chmodSync(base, 0o755);
  writeFileSync(at('marker'), marker(log), { mode: 0o755 });
  for (const folder of ['bin', 'real']) {
    mkdirSync(at(folder));
    for (const name of names) {
      const itself = REAL.includes(name) || (folder === 'real' && real.includes(name)) ? onPath(name) : undefined;
      symlinkSync(itself ?? at('marker'), at(folder, name));
    }
  }
  writeFileSync(log, '');
  writeFileSync(at('markers.sh'), `${LIMITS} echo printf test [ true false pwd type\n`);
  writeFileSync(at('builtins.sh'), `${LIMITS}\n`);
  // Whatever our umask is, nobody must be able to read these, and to write the log.
  for (const name of ['bin', 'real', 'marker', 'markers.sh', 'builtins.sh']) chmodSync(at(name), 0o755);
  chmodSync(log, 0o666);
  const tops = ['work', 'outside', 'home'].map((name) => at(name));
  let before = fill();

  /** As it was at the start; many times, so without a way through the event loop for each file. */
  function fill(): Map<string, string> {
    for (const top of tops) rmSync(top, { recursive: true, force: true });
    for (const [file, text] of Object.entries(FILES)) {
      mkdirSync(path.dirname(at(file)), { recursive: true });
      writeFileSync(at(file), text);
    }
    for (const file of LOCAL) copyFileSync(at('marker'), at(file));
    symlinkSync('../outside', at('work/link'));
    symlinkSync('../../outside', at('work/links/folder'));
    symlinkSync('../../outside/kept', at('work/links/file'));
    const listed = listing(tops);
    if (nobody !== undefined) for (const file of [...tops, ...listed.keys()]) lchownSync(file, nobody, nobody);
    return listed;
  }

  return {
    folder: at('work'),
    home: at('home'),
    bin: { markers: at('bin'), builtins: at('bin'), real: at('real') },
    run: async (script, programs) => {
      const { said, timedOut } = await runBash(script, {
        cwd: at('work'),
        env: {
          PATH: at(programs === 'real' ? 'real' : 'bin'),
          HOME: at('home'),
          BASH_ENV: at(programs === 'markers' ? 'markers.sh' : 'builtins.sh'),
          LANG: 'C.UTF-8',
          SECRET_TOKEN: CANARIES.variable,
        },
        uid: nobody,
      });
      const ran = readLog(readFileSync(log, 'utf8'), [at('bin'), at('real')]);
      truncateSync(log, 0);
      const after = listing(tops);
      const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
        (file) => before.get(file) !== after.get(file),
      );
      if (changed.length > 0) before = fill();
      return { ran, changed, said, timedOut };
    },
    remove: () => rm(base, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** Writes the words in hexadecimal, one marker a line; says something that would be a command; fails when told to. */
const marker = (log: string) => `#!/usr/bin/perl
open(my $log, '>>', '${log}') or exit 9;
syswrite($log, join(' ', map { unpack('H*', $_) } $0, @ARGV) . "\\n");
print "evil said\\n";
exit(@ARGV && $ARGV[-1] eq 'fail' ? 1 : 0);
`;

function readLog(text: string, bins: string[]): string[][] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => {
    const [program = '', ...words] = line.split(' ').map((hex) => Buffer.from(hex, 'hex').toString());
    return [bins.includes(path.dirname(program)) ? path.basename(program) : program, ...words];
  });
}

/** Resolves when every process that the script started is gone. */
async function runBash(
  script: string,
  { cwd, env, uid }: { cwd: string; env: Record<string, string>; uid: number | undefined },
): Promise<{ said: string; timedOut: boolean }> {
  const bash = spawn(BASH, ['--noprofile', '--norc', '-c', script], {
    cwd,
    env,
    // The last one is never read: it closes when everything that inherited it has ended.
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let said = '';
  for (const stream of [bash.stdout, bash.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(0, MAX_SAID);
    });
  }
  const group = -(bash.pid ?? 0);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    endGroup(group);
  }, WAIT_MS);
  try {
    await new Promise<void>((resolve, reject) => {
      bash.once('error', reject);
      bash.once('close', () => resolve());
    });
  } finally {
    clearTimeout(timer);
    endGroup(group);
  }
  return { said, timedOut };
}

function endGroup(group: number): void {
  try {
    process.kill(group, 'SIGKILL');
  } catch {
    // Nothing is left of it.
  }
}

/** What can be seen of each file below: its kind, and what changes when it is written. */
function listing(folders: string[]): Map<string, string> {
  const found = new Map<string, string>();
  const queue = [...folders];
  for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      const info = lstatSync(file);
      if (info.isDirectory()) queue.push(file);
      const seen = info.isSymbolicLink() ? readlinkSync(file) : info.isFile() ? `${info.size} ${info.mtimeMs}` : '';
      found.set(file, `${info.mode} ${seen}`);
    }
  }
  return found;
}

/** Undefined: not installed here. */
function onPath(name: string): string | undefined {
  for (const folder of ['/usr/bin', '/bin', '/usr/local/bin', '/opt/homebrew/bin']) {
    const file = path.join(folder, name);
    if (existsSync(file)) return file;
  }
  return undefined;
}

function idOfNobody(): number {
  return Number(spawnSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).stdout);
}
