// Which settings files a look at a team's rules takes in, and what each counts as.
import path from 'node:path';
import { type Folders, findFiles, managedFiles } from '../settings/findFiles.ts';
import type { FileSource } from '../settings/settingsFile.ts';

/** `tightenOnly`: of a folder above the start folder, so that only its deny and ask rules hold. */
export type PolicySource = FileSource & { tightenOnly?: boolean };

/** All files that a conversation in the root would read, those of the organisation first. They need not exist. */
export async function sourcesOf(folders: Folders & { managedDir: string }): Promise<PolicySource[]> {
  const [managed, found] = await Promise.all([managedFiles(folders.managedDir), findFiles(folders)]);
  const { local, project, parents, user } = found;
  return [
    ...managed,
    user,
    ...(project === undefined ? [] : [project]),
    ...local,
    ...parents.map((source) => ({ ...source, tightenOnly: true })),
  ];
}

/** What a file counts as by its name and folder: `.claude/settings.json` is a project's, or the person's in the home folder. */
export function sourceOf(file: string, home: string): FileSource {
  const folder = path.dirname(file);
  if (/^managed-settings(\.d)?$/.test(path.basename(folder)) || path.basename(file) === 'managed-settings.json')
    return { scope: 'managed', file, anchor: '/' };
  if (folder === path.join(home, '.claude')) return { scope: 'user', file, anchor: folder };
  const anchor = path.basename(folder) === '.claude' ? path.dirname(folder) : folder;
  return { scope: path.basename(file) === 'settings.local.json' ? 'local' : 'project', file, anchor };
}
