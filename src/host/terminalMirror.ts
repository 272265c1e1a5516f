// A read-only terminal that shows the commands of a conversation and their output as they come.
import * as vscode from 'vscode';
import type { AgentEvent } from '../contracts/event.ts';
import { showInvisible } from '../util/invisible.ts';
import { isCommandTool } from '../util/isCommandTool.ts';
import { terminalText } from '../util/terminalText.ts';

export type TerminalMirror = { show(event: AgentEvent): void; dispose(): void };

/** Does nothing while `on` says no. The terminal opens in the background with the first command. */
export function createTerminalMirror(on: () => boolean): TerminalMirror {
  let terminal: { write(text: string): void; dispose(): void } | undefined;
  const running = new Set<string>();
  const open = () => {
    terminal ??= openTerminal(() => {
      terminal = undefined;
    });
    return terminal;
  };
  return {
    show: (event) => {
      if (!on()) return;
      if (event.type === 'toolStarted' && isCommandTool(event.call.name)) {
        running.add(event.call.id);
        const { command } = (event.call.input ?? {}) as { command?: unknown };
        open().write(`\x1b[1m$ ${terminalText(typeof command === 'string' ? showInvisible(command) : '')}\x1b[0m\r\n`);
      } else if (event.type === 'toolProgress' && running.has(event.call)) {
        open().write(terminalText(event.text));
      } else if (event.type === 'toolFinished' && running.delete(event.call.id)) {
        const detail = event.output.detail;
        const code = detail?.type === 'command' ? detail.exitCode : undefined;
        const end =
          code === undefined ? vscode.l10n.t('ended') : vscode.l10n.t('ended with exit code {0}', String(code));
        open().write(`\r\n\x1b[2m${end}\x1b[0m\r\n\r\n`);
      }
    },
    dispose: () => terminal?.dispose(),
  };
}

function openTerminal(closed: () => void): { write(text: string): void; dispose(): void } {
  const output = new vscode.EventEmitter<string>();
  // What is written before the terminal is drawn would be lost.
  let early: string[] | undefined = [];
  const terminal = vscode.window.createTerminal({
    name: 'Assent',
    iconPath: new vscode.ThemeIcon('comment-discussion'),
    pty: {
      onDidWrite: output.event,
      open: () => {
        for (const text of early ?? []) output.fire(text);
        early = undefined;
      },
      close: () => {
        output.dispose();
        closed();
      },
    },
  });
  return {
    write: (text) => {
      if (early === undefined) output.fire(text);
      else early.push(text);
    },
    dispose: () => terminal.dispose(),
  };
}
