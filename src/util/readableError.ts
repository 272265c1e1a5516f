// What an unknown thrown value says, in one line where that is possible.

const SYSTEM: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'permission denied by the operating system',
  EPERM: 'the operating system does not permit it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many files are open',
  ELOOP: 'the links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  EBUSY: 'it is in use by another program',
};

/** The message of an error; for errors of the system the reason in words with its code. */
export function readableError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = errorCode(error);
  const reason = code === undefined ? undefined : SYSTEM[code];
  return reason === undefined ? error.message || error.name : `${reason} (${code})`;
}

/** `ENOENT` and the like, when the error carries one. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
