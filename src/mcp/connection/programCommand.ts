// What is started for a command: on Windows the file that is meant, and the command processor where that is a batch file,
// as `npx` and its like are.
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { systemRoot } from '../../util/systemRoot.ts';

type Env = Readonly<Record<string, string | undefined>>;
export type ProgramCommand = {
  file: string;
  args: string[] /** Windows: `args` are quoted already. */;
  verbatim: boolean;
};

/** Throws as the system does when there is no such program. */
export function programCommand(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Env,
  platform: NodeJS.Platform = process.platform,
  exists: (file: string) => boolean = isThere,
): ProgramCommand {
  const file = platform === 'win32' ? onWindows(command, cwd, env, exists) : command;
  // The system would go on to search the project's folder.
  if (file === undefined) throw Object.assign(new Error('not found'), { code: 'ENOENT', syscall: 'spawn' });
  if (platform !== 'win32' || !/\.(?:cmd|bat)$/i.test(file)) return { file, args: [...args], verbatim: false };
  const line = [escaped(path.win32.normalize(file)), ...args.map((arg) => escaped(escaped(quoted(arg))))].join(' ');
  const processor = path.win32.join(systemRoot(env), 'System32\\cmd.exe');
  return { file: processor, args: ['/d', '/s', '/v:off', '/c', `"${line}"`], verbatim: true };
}

/** The file with the extension that is left out, in the folders of PATH. */
function onWindows(command: string, cwd: string, env: Env, exists: (file: string) => boolean): string | undefined {
  const named = (name: string) => Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1] ?? '';
  const extensions = (named('PATHEXT') || '.EXE;.CMD;.BAT;.COM').split(';').filter((one) => one !== '');
  const given = path.win32.extname(command) !== '';
  // The project's folder is searched only where the command names a folder: a repository must not replace a program.
  const folders = /[\\/]/.test(command)
    ? [cwd]
    : named('PATH')
        .split(';')
        .filter((one) => path.win32.isAbsolute(one));
  for (const folder of folders)
    for (const extension of given ? ['', ...extensions] : extensions) {
      const file = path.win32.resolve(folder, `${command}${extension}`);
      if (exists(file)) return file;
    }
  return undefined;
}

/** As programs take their arguments apart: quotes and the backslashes in front of them. */
function quoted(arg: string): string {
  return `"${arg.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}

/** Nothing of it means anything to the command processor; batch files read arguments a second time. */
function escaped(text: string): string {
  return text.replace(/[()[\]%!^"`<>&|;, *?]/g, '^$&');
}

function isThere(file: string): boolean {
  try {
    accessSync(file, constants.F_OK);
    return true;
  } catch {
    // Not in this folder.
    return false;
  }
}
