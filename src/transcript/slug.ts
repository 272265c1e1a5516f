// The folder a project's conversations are in: the name that the existing command-line client gives it too.
import { realpathSync } from 'node:fs';
import path from 'node:path';

const LENGTH = 200;

/** The real path of a root, or the path itself when it is gone. */
export function realRoot(root: string): string {
  try {
    return realpathSync(root);
  } catch {
    // A deleted folder still has conversations to list.
    return path.resolve(root);
  }
}

/** Every UTF-16 unit outside A–Z, a–z, 0–9 becomes `-`; a long name is cut and told apart by a hash. */
export function projectSlug(realPath: string): string {
  const slug = realPath.replace(/[^A-Za-z0-9]/g, '-');
  return slug.length <= LENGTH ? slug : `${slug.slice(0, LENGTH)}-${shortHash(realPath)}`;
}

/** What all folders of a long path begin with, whoever made the hash; undefined for a short path, whose name is exact. */
export function longPrefix(realPath: string): string | undefined {
  const slug = realPath.replace(/[^A-Za-z0-9]/g, '-');
  return slug.length <= LENGTH ? undefined : `${slug.slice(0, LENGTH)}-`;
}

function shortHash(text: string): string {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return Math.abs(hash).toString(36);
}
