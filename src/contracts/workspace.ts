// Files as the agent sees them: with what is open and unsaved in an editor.
import type { Change, Encoding, Recognised, Written } from './edit.ts';

/** A file's text as a person would see it now: the open buffer when there is one, otherwise the disk. */
export type FileText = Recognised & { dirty: boolean };
export type Diagnostic = {
  path: string;
  line: number;
  column: number;
  severity: 'error' | 'warning' | 'info' | 'hint';
  message: string;
  source?: string;
};

/** Files as the agent sees them. Written in `host/` (open buffers) and in `test/support/` (memory). Paths are absolute. */
export interface Workspace {
  /**
   * `missing`: no such file, and `encoding` is what a new one would be written in, UTF-8 when left out; `binary`: no text;
   * `tooLarge`: over 10 MB; `folder`. Other failures throw.
   */
  readText(
    path: string,
  ): Promise<FileText | { problem: 'missing'; encoding?: Encoding } | { problem: 'binary' | 'tooLarge' | 'folder' }>;
  /** The bytes on disk; throws as `fs.readFile` does. */
  readBytes(path: string): Promise<Uint8Array>;
  /**
   * Writes `change.after`. If the text is not `change.before` any more it is merged, or the promise rejects with a readable
   * reason; so it does when the path leads elsewhere than to `realPath`, for which the permission was given.
   */
  write(change: Change, realPath?: string): Promise<Written>;
  /** What the editor reports about the files, after giving it a moment when `settle` is set. */
  diagnostics(paths: string[], settle: boolean): Promise<Diagnostic[]>;
}
