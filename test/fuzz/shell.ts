// Puts made-up scripts to the engine and to bash: what the engine allows must be all that bash then does.
import type { Behavior, CanonicalAction, Mode } from '../../src/contracts/permission.ts';
import { decide } from '../../src/permissions/decide.ts';
import { describeCall } from '../../src/permissions/describeCall.ts';
import { lookUpFacts } from '../../src/permissions/facts.ts';
import type { ShellReader } from '../../src/permissions/shell/script.ts';
import { randomFrom } from '../unit/edits/random.ts';
import { rulesOf } from '../unit/permissions/call.ts';
import { FILE_PROGRAMS, generateFileScript, generateScript, mutateScript, NAMES } from './generate.ts';
import { notRead } from './reading.ts';
import { CANARIES, createSandbox, type Outcome, type Programs, type Sandbox } from './sandbox.ts';

/** What a person might have allowed; `covers` says which programs may then run, by another way than the engine's. */
type Policy = { name: string; mode: Mode; rules: string[]; covers(argv: string[]): boolean };

/** An allowed script that did what it must not. `what` names it; the same name is looked for while the script is shortened. */
export type Finding = {
  policy: string;
  what:
    | 'ran what was not read'
    | 'ran what no rule covers'
    | 'ran what is denied'
    | 'ran other words than decided'
    | 'changed what was not decided'
    | 'showed what is not to be read';
  script: string;
  programs: Programs;
  detail: string;
};
export type Tally = {
  scripts: number;
  allowed: number;
  markers: number;
  timedOut: number;
  findings: Array<Finding & { seed: string }>;
};
export type FuzzOptions = {
  shell: ShellReader | undefined;
  seed: number;
  /** Stops at the first of both. */
  scripts?: number;
  minutes?: number;
  /** Scripts to change at random, beside those of the grammar. Absolute paths in them are made relative. */
  examples?: string[];
  /** Told every few seconds and for each finding. */
  tell?: (line: string) => void;
  /** Default: all, markers as often as the two others together. */
  programs?: readonly Programs[];
  slots?: number;
};

const startsWith =
  (...prefix: string[]) =>
  (argv: string[]) =>
    prefix.every((word, at) => argv[at] === word);
const exactly =
  (...words: string[]) =>
  (argv: string[]) =>
    words.length === argv.length && startsWith(...words)(argv);
const isKnown = ([name = '']: string[]) => KNOWN.has(name);
/** Of the programs that work on files, those that no rule of the fuzz covers and no table knows. */
const WRITERS = /^(rmdir|unlink|truncate|install|patch|ln|chmod|split|csplit|shuf|tar|gzip|gunzip|tee|mkfifo|mktemp)$/;
const KNOWN = new Set<string>([...NAMES.known, ...FILE_PROGRAMS.filter((name) => !WRITERS.test(name))]);
const isDenied = ([name = '']: string[]) =>
  (NAMES.denied as readonly string[]).includes(name.slice(name.lastIndexOf('/') + 1));
const removesNothing = ([name, ...words]: string[]) =>
  (name === 'rm' || name === 'rmdir') && words.every((word) => word.startsWith('-'));
const ruled = [startsWith('mk'), startsWith('go', 'build'), exactly('npm', 'test')];
const RULED = ['allow Bash(mk:*)', 'allow Bash(go build:*)', 'allow Bash(npm test)'];
const POLICIES: Policy[] = [
  {
    name: 'some',
    mode: 'default',
    rules: RULED,
    covers: (argv) => isKnown(argv) || ruled.some((covers) => covers(argv)),
  },
  {
    name: 'all but some',
    mode: 'default',
    rules: ['allow Bash', ...NAMES.denied.map((name) => `deny Bash(${name}:*)`)],
    covers: () => true,
  },
  {
    name: 'edits',
    mode: 'acceptEdits',
    rules: [...RULED, 'allow Edit(/made/**)', 'deny Bash(evil:*)'],
    covers: (argv) => isKnown(argv) || removesNothing(argv) || ruled.some((covers) => covers(argv)),
  },
];

/** The sandbox for the names that scripts are made of. */
export const createFuzzSandbox = () =>
  createSandbox([...new Set([...Object.values(NAMES).flat(), ...FILE_PROGRAMS])], FILE_PROGRAMS);

const PROGRAMS = ['markers', 'markers', 'builtins', 'real'] as const;

/** Every script follows from the seed and its number. */
export async function fuzzShell(options: FuzzOptions): Promise<Tally> {
  const {
    seed,
    shell,
    scripts = Number.POSITIVE_INFINITY,
    minutes = Number.POSITIVE_INFINITY,
    examples = [],
    tell,
  } = options;
  const until = Date.now() + minutes * 60_000;
  const tally: Tally = { scripts: 0, allowed: 0, markers: 0, timedOut: 0, findings: [] };
  let next = 0;
  let toldAt = Date.now();
  const slot = async () => {
    const sandbox = createFuzzSandbox();
    try {
      while (next < scripts && Date.now() < until) {
        const number = next++;
        const random = randomFrom((seed * 1_000_003 + number) >>> 0);
        let script = generateScript(random);
        if (examples.length > 0 && random.int(2) === 0)
          script = relative(mutateScript(random, random.pick(examples), script));
        const programs = random.pick(options.programs ?? PROGRAMS);
        if (programs === 'real') script = generateFileScript(random);
        const result = await tryScript(script, programs, sandbox, shell);
        tally.scripts += 1;
        if (result.allowed) tally.allowed += 1;
        tally.markers += result.outcome?.ran.length ?? 0;
        if (result.outcome?.timedOut) tally.timedOut += 1;
        for (const finding of result.findings) {
          const shortest = await shorten(finding, sandbox, shell);
          tally.findings.push({ ...shortest, seed: `${seed}/${number}` });
          tell?.(JSON.stringify({ ...shortest, seed: `${seed}/${number}`, from: script }));
        }
        if (Date.now() - toldAt > 10_000) {
          toldAt = Date.now();
          tell?.(summary(tally));
        }
      }
    } finally {
      await sandbox.remove();
    }
  };
  await Promise.all(Array.from({ length: options.slots ?? 3 }, slot));
  return tally;
}

export function summary({ scripts, allowed, markers, timedOut, findings }: Tally): string {
  const share = scripts === 0 ? 0 : (100 * allowed) / scripts;
  return `${scripts} scripts, ${share.toFixed(1)} % allowed, ${markers} markers ran, ${timedOut} timed out, ${findings.length} findings`;
}

export type Result = { allowed: boolean; outcome?: Outcome; findings: Finding[] };

/** Asks the engine under each policy, and runs the script once if one of them allows it. */
export async function tryScript(
  script: string,
  programs: Programs,
  sandbox: Sandbox,
  shell: ShellReader | undefined,
): Promise<Result> {
  // The parts that were decided about, all of them: a record leaves some out when they are many.
  const allowed: Array<{ policy: Policy; actions: CanonicalAction[] }> = [];
  for (const policy of POLICIES) {
    // What a rule for every program lets run may write where it likes.
    if (programs === 'real' && policy.rules.includes('allow Bash')) continue;
    const { kind, actions } = await judge(script, policy, sandbox, programs, shell);
    if (kind === 'allow') allowed.push({ policy, actions });
  }
  const reading = shell?.read(script);
  const read = reading !== undefined && 'script' in reading ? reading.script : undefined;
  if ((allowed.length === 0 && (read === undefined || programs === 'real')) || script.includes('\0'))
    return { allowed: false, findings: [] };
  const outcome = await sandbox.run(script, programs);
  // A loop over PATH decides what a name means, which is not for the reader to see.
  const unread = read === undefined || /\bfor\s+[A-Z_]/.test(script) ? undefined : notRead(read, outcome.ran);
  if (unread !== undefined) {
    const detail = `${JSON.stringify(unread)} ran`;
    return {
      allowed: allowed.length > 0,
      outcome,
      findings: [{ policy: 'reader', what: 'ran what was not read', script, programs, detail }],
    };
  }
  const findings = allowed.flatMap(({ policy, actions }): Finding[] => {
    const base = { policy: policy.name, script, programs };
    const told = JSON.stringify(actions.map((action) => ('argv' in action ? action.argv : action)));
    return [
      ...outcome.ran.flatMap((argv): Finding[] => {
        const detail = `${JSON.stringify(argv)} ran; decided: ${told}`;
        if (policy.rules.some((rule) => rule.startsWith('deny')) && isDenied(argv)) {
          if (policy.name === 'all but some' || !argv[0]?.endsWith('rm'))
            return [{ ...base, what: 'ran what is denied', detail }];
        }
        if (!policy.covers(argv)) return [{ ...base, what: 'ran what no rule covers', detail }];
        if (!actions.some((action) => holds(action, argv)))
          return [{ ...base, what: 'ran other words than decided', detail }];
        return [];
      }),
      ...outcome.changed
        .filter(
          (file) =>
            !actions.some(
              (action) =>
                'realPath' in action &&
                /^(write|delete)$/.test(action.kind) &&
                (isAt(file, action.realPath) || isAt(action.realPath, file)),
            ),
        )
        .map(
          (file): Finding => ({ ...base, what: 'changed what was not decided', detail: `${file}; decided: ${told}` }),
        ),
      ...Object.values(CANARIES)
        .filter((canary) => outcome.said.includes(canary))
        // A rule for every program covers those that print the environment.
        .filter((canary) => canary !== CANARIES.variable || !policy.rules.includes('allow Bash'))
        .map(
          (canary): Finding => ({
            ...base,
            what: 'showed what is not to be read',
            detail: `${canary}; decided: ${told}`,
          }),
        ),
    ];
  });
  // One of a kind is enough to mend.
  const first = new Map(findings.map((finding) => [`${finding.policy} ${finding.what}`, finding]));
  return { allowed: allowed.length > 0, outcome, findings: [...first.values()].slice(0, 1) };
}

async function judge(
  script: string,
  policy: Policy,
  sandbox: Sandbox,
  programs: Programs,
  shell: ShellReader | undefined,
): Promise<{ kind: Behavior; actions: CanonicalAction[] }> {
  const place = { cwd: sandbox.folder, home: sandbox.home, platform: process.platform };
  const input = { command: script };
  const facts = await lookUpFacts({
    ...place,
    tool: 'Bash',
    input,
    actions: describeCall('Bash', input, place),
    root: sandbox.folder,
    workingDirectories: [],
    trusted: true,
    searchPath: sandbox.bin[programs],
    ...(shell === undefined ? {} : { shell }),
  });
  const { kind } = decide(facts, rulesOf(policy.rules, 'user', sandbox.folder), policy.mode);
  return { kind, actions: facts.parts.map((part) => part.action) };
}

const STARTS_ANOTHER = /^(env|timeout|nice|nohup|stdbuf|exec)$/;

/** Words of the engine that bash replaces (patterns, variables, substitutions) stand for any number of words. */
function holds(action: CanonicalAction, ran: string[]): boolean {
  if (action.kind !== 'run' || !('argv' in action)) return false;
  const { argv } = action;
  // Without a meaning of its own, a program that starts another is what was decided.
  if (argv[0] === 'xargs') {
    // It adds words that it reads; told nothing, it starts echo.
    const from = argv.indexOf(ran[0] ?? '');
    return from < 0 ? ran[0] === 'echo' : argv.slice(from).every((word, at) => word === ran[at]);
  }
  if (STARTS_ANOTHER.test(argv[0] ?? '') && ran.length < argv.length) {
    return ran.every((word, at) => word === argv[argv.length - ran.length + at]);
  }
  const from = (at: number, word: number): boolean => {
    const wanted = argv[at];
    if (wanted === undefined) return word === ran.length;
    if (wanted === ran[word]) return from(at + 1, word + 1);
    if (at === 0 || !/[*?[$`~<>]/.test(wanted)) return false;
    for (let next = word; next <= ran.length; next += 1) if (from(at + 1, next)) return true;
    return false;
  };
  return from(0, 0);
}

/** A file in a folder that is written; or a folder on the way, which is made with it. */
const isAt = (file: string, folder: string) => file === folder || file.startsWith(`${folder}/`);

/** Takes away what the finding does not need, piece by piece. */
async function shorten(finding: Finding, sandbox: Sandbox, shell: ShellReader | undefined): Promise<Finding> {
  let best = finding;
  let tries = 0;
  for (let size = Math.ceil(best.script.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.script.length && tries < 400; ) {
      tries += 1;
      const script = best.script.slice(0, at) + best.script.slice(at + size);
      const { findings } = await tryScript(script, best.programs, sandbox, shell);
      const same = findings.find((one) => one.what === best.what && one.policy === best.policy);
      if (same === undefined) at += size;
      else best = same;
    }
  }
  return best;
}

/** Nothing outside the sandbox is named: only the null device keeps its place. */
function relative(script: string): string {
  return script.replace(/\/(?!dev\/null\b)(?=[^\s])/g, (slash, at: number) =>
    /[\w.)\]}*?~]/.test(script[at - 1] ?? '') ? slash : './',
  );
}
