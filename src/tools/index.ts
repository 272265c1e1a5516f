// The built-in tools, in the order the model is shown them. The order is part of every request: changing it costs all caches.
import type { AnyTool } from '../contracts/tool.ts';
import { askUserQuestion } from './askUserQuestion.ts';
import { createBash } from './bash.ts';
import { bashOutput } from './bashOutput.ts';
import { editFile } from './editFile.ts';
import { editNotebook } from './editNotebook.ts';
import { exitPlanMode } from './exitPlanMode.ts';
import { getDiagnostics } from './getDiagnostics.ts';
import { createGlob } from './glob.ts';
import { createGrep } from './grep.ts';
import { killShell } from './killShell.ts';
import type { ToolOptions } from './options.ts';
import { createPowerShell } from './powershell.ts';
import { readFile } from './readFile.ts';
import { todoWrite } from './todoWrite.ts';
import { createWebFetch } from './webFetch.ts';
import { createWebSearch } from './webSearch.ts';
import { writeFile } from './writeFile.ts';

export type { ToolOptions } from './options.ts';

export function createTools(options: ToolOptions): AnyTool[] {
  return [
    readFile,
    createGlob(options),
    createGrep(options),
    editFile,
    writeFile,
    editNotebook,
    // One of the two: a model that has both would write the one for the other.
    options.shell === 'powershell' ? createPowerShell(options) : createBash(options),
    bashOutput,
    killShell,
    todoWrite,
    askUserQuestion,
    exitPlanMode,
    getDiagnostics,
    ...(options.web === undefined ? [] : [createWebFetch(options.web), createWebSearch()]),
  ];
}
