// What a run of test/suite is given and leaves behind, whichever VS Code it runs in.
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startRehearsal } from '../rehearsal/server.ts';
import { rehearsalEnvironment } from './environment.ts';
import { addChatModels } from './extensions.ts';
import { temporaryWorkspace } from './workspace.ts';

/** Bundled files, absolute: the entry with `run()`, and the test files that it loads. */
export type Suite = { index: string; files: string[] };
export type Counts = { passed: number; failed: number; skipped: number };

export type SuiteRun = {
  workspace: string;
  /** A folder of installed extensions, with one for what ours takes from others. (A second one in development would keep ours from being found.) */
  extensions: string;
  /** Variables for the extension host: a rehearsal model as provider, and where the suite reports to. */
  env: Record<string, string>;
  /** What the suite counted; undefined when it did not come to its end. */
  counts(): Promise<Counts | undefined>;
  end(): Promise<void>;
};

/** Prints what the suite says while it runs. */
export async function prepareSuite(suite: Suite): Promise<SuiteRun> {
  const folder = await mkdtemp(path.join(tmpdir(), 'assent-suite-'));
  const output = path.join(folder, 'output.txt');
  const result = path.join(folder, 'result.json');
  await appendFile(output, '');
  const extensions = path.join(folder, 'extensions');
  await addChatModels(extensions);
  const workspace = await temporaryWorkspace();
  const rehearsal = await startRehearsal();
  let shown = 0;
  const show = async () => {
    const text = await readFile(output, 'utf8');
    process.stdout.write(text.slice(shown));
    shown = text.length;
  };
  const timer = setInterval(() => void show(), 250);
  return {
    workspace: workspace.folder,
    extensions,
    env: {
      ASSENT_SUITE_FILES: JSON.stringify(suite.files),
      ASSENT_SUITE_OUTPUT: output,
      ASSENT_SUITE_RESULT: result,
      ASSENT_REHEARSAL_URL: rehearsal.url,
      ...rehearsalEnvironment(rehearsal.url),
    },
    async counts() {
      const text = await readFile(result, 'utf8').catch(() => undefined);
      return text === undefined ? undefined : (JSON.parse(text) as Counts);
    },
    async end() {
      clearInterval(timer);
      await show();
      await rehearsal.close();
      await workspace.remove();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Never believes silence: a host that died, or a suite without a test, is a failure. */
export function settled(counts: Counts | undefined, said: string): Counts {
  if (counts === undefined) {
    console.error(`The extension host ended before the suite did. It said:\n${said}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  if (counts.passed + counts.failed > 0) return counts;
  console.error('No test ran in the extension host');
  return { ...counts, failed: 1 };
}
