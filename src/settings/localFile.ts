// Whose the local settings file is: the person's own, or brought by the repository; and how git is told to leave it out.
import { appendFile, lstat, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { IgnoreLine } from '../contracts/permission.ts';
import { findGit, runGit } from '../util/git.ts';
import { errorCode, readableError } from '../util/readableError.ts';
import { SettingsFault } from './fault.ts';
import { repositoryRoot } from './findFiles.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Whether the file, `…/.claude/settings.local.json`, is the person's own: git does not track it, and no link of the
 * repository leads to it. What cannot be told is not. Runs git, so call it for trusted folders only.
 */
export async function isOwnFile(file: string, env: Env): Promise<boolean> {
  const folder = path.dirname(file);
  if ((await isLinkOrMissing(folder)) || (await isLinkOrMissing(file))) return false;
  // `.claude` may be a repository by itself, a submodule of the other: git is asked there.
  const repository = await repositoryRoot(folder);
  if (repository === undefined) return true;
  const git = await findGit(repository, env);
  if (git === undefined) return false;
  // A disk that knows no letter case finds a file that git holds under another spelling.
  const at = repository === folder ? folder : path.dirname(folder);
  const name = path.relative(at, file).split(path.sep).join('/');
  const { status, output } = await runGit(git, ['ls-files', '-z', '--', `:(icase)${name}`], at, env);
  return status === 0 && output === '';
}

async function isLinkOrMissing(file: string): Promise<boolean> {
  try {
    return (await lstat(file)).isSymbolicLink();
  } catch {
    return true;
  }
}

const LINE = '**/.claude/settings.local.json';

/**
 * What would have to be written so that git leaves the local settings file out; undefined when nothing has to be: outside
 * a repository, without git, when git ignores the file already, and when it tracks it. Writes nothing.
 */
export async function ignoreLineFor(file: string, home: string, env: Env): Promise<IgnoreLine | undefined> {
  const at = path.dirname(path.dirname(file));
  const repository = await repositoryRoot(at);
  if (repository === undefined) return undefined;
  const git = await findGit(repository, env);
  if (git === undefined) return undefined;
  const name = path.relative(at, file).split(path.sep).join('/');
  const [ignored, tracked, configured] = await Promise.all([
    runGit(git, ['check-ignore', '--quiet', '--no-index', '--', name], at, env),
    runGit(git, ['ls-files', '-z', '--', `:(icase)${name}`], at, env),
    // Of the person, never of the repository, which could name any file.
    runGit(git, ['config', '--global', '--get', 'core.excludesFile'], at, env),
  ]);
  if (ignored.status !== 1 || tracked.status !== 0 || tracked.output !== '') return undefined;
  return { file: excludesFile(configured.output.trim(), home, env), line: LINE };
}

function excludesFile(configured: string, home: string, env: Env): string {
  if (/^~[/\\]/.test(configured)) return path.join(home, configured.slice(2));
  if (path.isAbsolute(configured)) return configured;
  const own = env['XDG_CONFIG_HOME'];
  return path.join(own !== undefined && path.isAbsolute(own) ? own : path.join(home, '.config'), 'git', 'ignore');
}

/** Adds the line, once. Rejects with a `SettingsFault` when the file cannot be written. */
export async function ignoreLocalSettings({ file, line }: IgnoreLine): Promise<void> {
  try {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return '';
      throw error;
    });
    if (text.split(/\r?\n/).includes(line)) return;
    await mkdir(path.dirname(file), { recursive: true });
    await appendFile(file, `${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`);
  } catch (error) {
    throw new SettingsFault({ code: 'settings.notIgnored', args: { file, detail: readableError(error) } });
  }
}
