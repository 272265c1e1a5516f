// Runs a corpus file through the product's own functions: one {"id","decision"} a line, or {"id","error"} and exit status 2.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { load } from './bundle.mjs';

const STRICTER = ['allow', 'ask', 'deny'];

/** The answer to one row; throws what it cannot map. */
async function answer(row, parts) {
  if (typeof row.command === 'string')
    return decideCalls(row, [{ tool: 'Bash', input: { command: row.command } }], parts);
  const { action, context = {} } = row;
  switch (row.kind) {
    case 'read':
    case 'write':
      return decideCalls(
        row,
        [{ tool: action.tool, input: { ...action, file_path: action.path, notebook_path: action.path } }],
        parts,
      );
    case 'fetch':
      // Each redirect is put to the same decision before it is followed.
      return decideCalls(
        row,
        [action.url, ...(action.redirects ?? [])].map((url) => ({ tool: action.tool, input: { url } })),
        parts,
      );
    case 'mcp': {
      const byRules = await decideCalls(row, [{ tool: action.tool, input: {}, offeredBy: context.offeredBy }], parts);
      return parts.mcpCall(row, byRules);
    }
    default: {
      const kind = Object.hasOwn(parts.kinds, row.kind) ? parts.kinds[row.kind] : undefined;
      if (kind === undefined) throw new Error(`not mapped: rows of kind ${row.kind}`);
      return kind(row);
    }
  }
}

/** The strictest decision over the calls, and over the disk as it is at the check and at the write. */
async function decideCalls(row, calls, { decide, lookUpFacts, describeCall, hintsOf, shell }) {
  const context = row.context ?? {};
  const cwd = context.cwd ?? row.cwd;
  const home = context.home ?? '/home/dev';
  const platform = context.platform ?? 'linux';
  const rules = ['deny', 'ask', 'allow'].flatMap((behavior) =>
    ((context.rules ?? row.rules)?.[behavior] ?? []).map((text) => ({ behavior, text, scope: 'project', anchor: cwd })),
  );
  const disks = [
    context.symlinks ?? {},
    ...(context.symlinksAtWrite ? [{ ...context.symlinks, ...context.symlinksAtWrite }] : []),
  ];
  let strictest = 'allow';
  for (const { tool, input, offeredBy } of calls) {
    for (const symlinks of disks) {
      const place = { cwd, home, platform };
      const actions =
        offeredBy === undefined
          ? describeCall(tool, input, place, hintsOf(context.toolAnnotations))
          : [{ kind: 'mcp', server: offeredBy, tool, input }];
      const facts = await lookUpFacts({
        ...place,
        tool,
        input,
        actions,
        root: cwd,
        workingDirectories: context.additionalDirectories ?? [],
        symlinks,
        trusted: context.trusted ?? true,
        shell,
        ...(context.caseInsensitive === undefined ? {} : { caseInsensitive: context.caseInsensitive }),
      });
      const { kind } = decide(facts, rules, context.mode ?? 'default');
      if (STRICTER.indexOf(kind) > STRICTER.indexOf(strictest)) strictest = kind;
    }
  }
  return strictest;
}

/** One answer a row, in the order of the file. */
export async function runCorpus(file, parts) {
  const functions = parts ?? (await (await load('test/support/corpusParts.ts')).corpusParts());
  const answers = [];
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    if (line.trim() === '') continue;
    const row = JSON.parse(line);
    try {
      answers.push({ id: row.id, decision: await answer(row, functions) });
    } catch (error) {
      answers.push({ id: row.id, error: error instanceof Error ? error.message : String(error) });
    }
  }
  return answers;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = process.argv[2];
  if (file === undefined || process.argv.length > 3) {
    console.error('Usage: npm run corpus -- FILE');
    process.exitCode = 2;
  } else {
    const answers = await runCorpus(file);
    for (const one of answers) console.log(JSON.stringify(one));
    if (answers.some((one) => one.error !== undefined)) process.exitCode = 2;
  }
}
