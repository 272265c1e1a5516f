// Whether a name means here what the table of built-in commands says of it.
import { follow, type Look } from '../parts/part.ts';
import { isInside, pathsOf, samePath } from '../paths/places.ts';

/**
 * Git runs what the settings of a repository say. Those of the workspace are the person's own; a repository inside it,
 * or files that look like one, came with what was downloaded.
 */
export async function isOwnRepository(cwd: string, look: Look): Promise<boolean> {
  const { places } = look;
  const api = pathsOf(places.platform);
  for (let folder = cwd; !samePath(folder, places.root, places); folder = api.dirname(folder)) {
    if (folder === api.dirname(folder)) return false;
    for (const name of ['.git', 'HEAD']) {
      const file = await follow(api.join(folder, name), look);
      if (file?.exists !== false) return false;
    }
  }
  // Without a repository of its own, a start folder that looks like one is what git would take for it.
  const [own, bare] = await Promise.all(
    ['.git', 'HEAD'].map(async (name) => (await follow(api.join(places.root, name), look))?.exists),
  );
  return own === true || bare === false || (own === undefined && bare === undefined);
}

/** A program of that name in a folder of the workspace would run in place of the one that is meant. */
export async function isShadowed(name: string, look: Look, folders: readonly string[] | undefined): Promise<boolean> {
  const { places, searchPath } = look;
  if (searchPath === undefined) return false;
  const api = pathsOf(places.platform);
  for (const named of searchPath.split(api.delimiter)) {
    // Bash takes a tilde here for the home folder.
    const folder = named.replace(/^~(?=\/|$)/, places.home);
    if (!api.isAbsolute(folder) && (folders === undefined || folders.length > 1)) return true;
    const full = api.resolve(folders?.[0] ?? look.cwd, folder);
    const found = await follow(api.join(full, name), look);
    if (found === undefined) return true;
    const local = [full, found.path].some((file) =>
      places.workingDirectories.some((root) => isInside(file, root, places)),
    );
    if (found.exists && local) return true;
    // The search goes on behind a folder of that name.
    if (found.exists && !(await look.disk.isFolder(found.path))) return false;
    if (local && places.platform === 'win32') return true;
  }
  return false;
}
