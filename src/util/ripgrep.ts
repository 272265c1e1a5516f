// Finds a ripgrep to search with: the one inside VS Code, whose place has moved between versions, else one on PATH.
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { sayInEnglish } from './phrases.ts';
import { isInside } from './resolvePath.ts';

export type RipgrepPlaces = {
  /** VS Code's own folder, `vscode.env.appRoot`. */
  appRoot?: string;
  platform: NodeJS.Platform;
  arch: string;
  /** The PATH variable. */
  searchPath: string;
  /** Folders whose programs are not ours to start: what lies in a workspace came with its repository. */
  notFrom?: readonly string[];
};

/** Where the binary may be, in the order of trial. */
export function ripgrepCandidates(places: RipgrepPlaces): string[] {
  const { appRoot, platform, arch, searchPath, notFrom = [] } = places;
  const name = platform === 'win32' ? 'rg.exe' : 'rg';
  const inside = ['node_modules', 'node_modules.asar.unpacked'].flatMap((modules) =>
    [
      `@vscode/ripgrep-universal/bin/${platform}-${arch}`,
      `@vscode/ripgrep-${platform}-${arch}/bin`,
      '@vscode/ripgrep/bin',
      'vscode-ripgrep/bin',
    ].map((folder) => path.join(modules, folder, name)),
  );
  // Relative entries of PATH would look into the folder one happens to be in.
  const onPath = searchPath
    .split(platform === 'win32' ? ';' : ':')
    .filter((folder) => path.isAbsolute(folder) && !notFrom.some((one) => isInside(path.resolve(folder), one)));
  return [
    ...(appRoot === undefined ? [] : inside.map((candidate) => path.join(appRoot, candidate))),
    ...onPath.map((folder) => path.join(folder, name)),
  ];
}

/** Resolves to the first candidate that can be run; rejects with a message that says what to do. */
export async function findRipgrep(places: RipgrepPlaces): Promise<string> {
  for (const candidate of ripgrepCandidates(places)) if (await isRunnable(candidate)) return candidate;
  throw new Error(sayInEnglish({ code: 'tools.ripgrepMissing', args: {} }));
}

/** Whether the path is a file that may be executed. */
export async function isRunnable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    // Not there, or not for us: the next place is tried.
    return false;
  }
}
