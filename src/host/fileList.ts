// The files of a root, listed by ripgrep once and kept until something is created or deleted.
import { spawn } from 'node:child_process';
import * as vscode from 'vscode';

/** Above this the list is cut: nobody finds a file among more by typing. */
const MOST_FILES = 300_000;
const TIMEOUT_MS = 20_000;
const FRESH_MS = 60_000;

export type FileList = {
  /** Paths relative to the root, with `/`. Rejects when ripgrep is missing or fails. */
  files(): Promise<readonly string[]>;
  dispose(): void;
};

export function createFileList(
  root: string,
  ripgrep: () => Promise<string>,
  respectGitignore: () => boolean,
): FileList {
  let list: { files: Promise<readonly string[]>; atMs: number } | undefined;
  const stop = new AbortController();
  const forget = () => {
    list = undefined;
  };
  const subscriptions = [
    vscode.workspace.onDidCreateFiles(forget),
    vscode.workspace.onDidDeleteFiles(forget),
    vscode.workspace.onDidRenameFiles(forget),
  ];
  return {
    files: () => {
      if (list === undefined || Date.now() - list.atMs > FRESH_MS) {
        const files = ripgrep().then((binary) => listFiles(binary, root, respectGitignore(), stop.signal));
        // A failed listing is tried again at the next question.
        files.catch(forget);
        list = { files, atMs: Date.now() };
      }
      return list.files;
    },
    dispose: () => {
      stop.abort();
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}

function listFiles(binary: string, root: string, ignore: boolean, signal: AbortSignal): Promise<readonly string[]> {
  const args = ['--no-config', '--files', '--hidden', '--no-messages', '--null', '--glob', '!.git'];
  if (!ignore) args.push('--no-ignore');
  return new Promise((resolve, reject) => {
    const child = spawn(binary, args, { cwd: root, signal, timeout: TIMEOUT_MS, stdio: ['ignore', 'pipe', 'ignore'] });
    const files: string[] = [];
    let rest = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (chunk: string) => {
      const names = (rest + chunk).split('\0');
      rest = names.pop() ?? '';
      for (const name of names) files.push(name.replaceAll('\\', '/'));
      if (files.length > MOST_FILES) child.kill();
    });
    child.on('error', reject);
    child.on('close', () => resolve(files));
  });
}
