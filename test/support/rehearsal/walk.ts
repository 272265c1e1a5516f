// What the rehearsal model answers without a script: a walk through read, question, command, edit and summary in any
// workspace. It keeps nothing: each answer follows from the conversation alone, so it can be left and resumed anywhere.
import { improvementOf } from './improvement.ts';
import type { Fields, MessagesRequest } from './messagesRequest.ts';
import { textBlocks } from './messagesRequest.ts';
import { lastUserText, textsOf } from './queues.ts';
import type { Step, Turn } from './script.ts';

const LABEL = '*Rehearsal model: the words are prepared, the actions are real.*';
const SOURCES = '**/*.{js,mjs,cjs,ts,tsx,jsx,py,go,rs,java,kt,rb,php,c,h,cpp,cs,swift,md}';
const NOTES_FILE = 'assent-rehearsal.md';
const MOST_PLANS = 3;
const QUOTE_LENGTH = 200;
const LAST_RANK = 9;
const LOOK_AROUND = 'Only look around';

type Call = { name: string; input: Fields; text: string; failed: boolean; answered: boolean };
type Walk = {
  calls: Call[];
  offers(tool: string): boolean;
  planning: boolean;
  thinks: boolean;
};

export function walk(request: MessagesRequest): Turn {
  const said = lastUserText(request);
  const start = request.messages.findLastIndex(isPrompt);
  const before = request.messages.slice(0, start);
  const tools = new Set((request.tools ?? []).map((tool) => String(tool['name'])));
  if (isSummaryRequest(said)) return answer([text(SUMMARY_OF_CONVERSATION)]);
  const state: Walk = {
    calls: callsOf(request.messages.slice(start + 1)),
    offers: (tool) => tools.has(tool),
    planning: isPlanning(request.messages.slice(0, start + 1)),
    thinks: request.thinking !== undefined && request.thinking['type'] !== 'disabled',
  };
  const walkedBefore = callsOf(before).length > 0;
  if (walkedBefore && state.calls.length === 0 && !state.planning && !/again|walk|once more/i.test(said)) {
    return answer([text(NOT_A_REAL_MODEL)]);
  }
  return answer(nextSteps(state));
}

function nextSteps(state: Walk): Step[] {
  const tried = (name: string) => state.calls.findLast((call) => call.name === name);
  const glob = tried('Glob');
  if (!glob && state.offers('Glob')) {
    return [...opening(state), tool('Glob', { pattern: SOURCES })];
  }
  const files = glob && !glob.failed ? filesIn(glob.text) : [];
  const target = chooseFile(files);
  const read = tried('Read');
  if (!read && target && state.offers('Read')) {
    return [
      text(
        `${reaction(glob)}I found ${files.length} ${files.length === 1 ? 'file' : 'files'} and read \`${target}\` first.`,
      ),
      tool('Read', { file_path: target }),
    ];
  }
  const path = String(read?.input['file_path'] ?? NOTES_FILE);
  const improvement = read && !read.failed ? improvementOf(path, numberedLines(read.text)) : undefined;

  const plans = state.calls.filter((call) => call.name === 'ExitPlanMode');
  const plan = plans.at(-1);
  const approved = plan !== undefined && !plan.failed && !/keep planning/i.test(plan.text);
  if (state.planning && !approved && state.offers('ExitPlanMode')) {
    if (plans.length >= MOST_PLANS)
      return [text(`${LABEL}\n\nI leave it at this plan. Say *walk again* to start over.`)];
    const intro = plan
      ? `${reaction(plan)}Here is the plan once more.`
      : 'You are in plan mode, so I propose before I do anything.';
    return [text(`${LABEL}\n\n${intro}`), tool('ExitPlanMode', { plan: planText(path, improvement?.why, plan?.text) })];
  }

  const question = tried('AskUserQuestion');
  if (!question && !approved && state.offers('AskUserQuestion')) {
    return [
      text(`${reaction(read)}Before I change anything, a question.`),
      tool('AskUserQuestion', { questions: [questionAbout(path)] }),
    ];
  }
  if (question && !question.failed && question.text.includes(LOOK_AROUND))
    return [text(summary(state, path, undefined))];

  const bash = tried('Bash');
  if (!bash && state.offers('Bash')) {
    const { command, description } = commandFor(files);
    return [
      text(
        `${reaction(question ?? plan)}Next a command. **Nothing runs until you allow it**; what you see on the card is exactly what will run.`,
      ),
      tool('Bash', { command, description }),
    ];
  }
  const edit = tried('Edit') ?? tried('Write');
  if (!edit && improvement && state.offers('Edit')) {
    const { oldText, newText, why } = improvement;
    return [
      text(
        `${reaction(bash)}Now an edit. ${why}\n\nYou can accept it, reject it, or change the right side of the diff first.`,
      ),
      tool('Edit', { file_path: path, old_string: oldText, new_string: newText }),
    ];
  }
  if (!edit && !improvement && state.offers('Write')) {
    return [
      text(`${reaction(bash)}I found no file to improve, so I propose a new one.`),
      tool('Write', {
        file_path: NOTES_FILE,
        content: '# Notes\n\nWritten in a rehearsal of Assent. Delete this file whenever you like.\n',
      }),
    ];
  }
  return [text(summary(state, path, edit && !edit.failed ? improvement?.newText : undefined))];
}

function opening(state: Walk): Step[] {
  const thought: Step = {
    type: 'thinking',
    text: 'A new conversation. I look at the files first, then ask, run one command and propose one edit.',
  };
  const welcome = `${LABEL}

## A walk through Assent

No real model answers here, so nothing leaves this machine. In a minute you will see:

1. files being **searched and read**,
2. a **question** to you,
3. a **command** that waits for your permission,
4. an **edit** that waits for your review.

I begin with a look at the files.`;
  return [...(state.thinks ? [thought] : []), text(welcome)];
}

function questionAbout(path: string) {
  return {
    question: `What shall I do with ${path}?`,
    header: 'Next step',
    multiSelect: false,
    options: [
      { label: 'Improve it', description: 'Run one harmless command, then propose a small edit' },
      { label: LOOK_AROUND, description: 'No command, no edit; end with a summary' },
    ],
  };
}

/** The tests where that is quick for certain; otherwise something that does nothing. */
function commandFor(files: string[]): { command: string; description: string } {
  const small = files.length <= 30;
  const testsOfNode = files.some((file) => /(^|[\\/])test[\\/][^\\/]+\.test\.m?js$/.test(file));
  return small && testsOfNode
    ? { command: 'node --test', description: 'Run the tests' }
    : { command: 'node --version', description: 'Show the version of Node' };
}

function planText(path: string, why: string | undefined, objection: string | undefined): string {
  const heard = objection === undefined ? '' : `\n> You said: ${quote(objection)}\n`;
  return `# Plan\n${heard}\n1. Run one harmless command.\n2. Edit \`${path}\`: ${why ?? 'add a short note.'}\n3. Say what was done.\n\nNothing else will be touched.\n`;
}

function summary(state: Walk, path: string, change: string | undefined): string {
  const rows = state.calls.map((call) => `| ${call.name} | ${subject(call)} | ${outcome(call)} |`);
  const code =
    change === undefined
      ? ''
      : `\n\nThe new text in \`${path}\`:\n\n\`\`\`${path.split('.').at(-1) ?? ''}\n${change}\n\`\`\``;
  const last = state.calls.at(-1);
  return `${LABEL}

${reaction(last)}## Summary

| Step | What | Outcome |
| --- | --- | --- |
${rows.join('\n')}${code}

### What next

- Say **walk again** for another round, or switch to *plan* mode first.
- Start with \`npm start -- --no-rehearsal\` and run **Assent: Sign In** to talk to a real model.
- Reload the window: this conversation will still be there.`;
}

function subject(call: Call): string {
  const { file_path: file, command, pattern } = call.input;
  const value = file ?? command ?? (pattern === undefined ? undefined : 'source files');
  return value === undefined ? '–' : `\`${String(value).replaceAll('|', '\\|')}\``;
}

function outcome(call: Call): string {
  if (!call.failed) return 'done';
  return /exit(ed)?\b.{0,20}\d/i.test(call.text) ? 'ran, with an error' : 'not done';
}

/** A word about the call before, when it did not go through. */
function reaction(call: Call | undefined): string {
  if (!call?.failed) return '';
  if (call.name === 'Bash' && outcome(call) !== 'not done')
    return 'The command reported an error, which is worth knowing. ';
  return `That did not go through, so I go on without it.\n\n> ${quote(call.text)}\n\n`;
}

function quote(words: string): string {
  const line = words.replace(/\s+/g, ' ').trim();
  return line.length > QUOTE_LENGTH ? `${line.slice(0, QUOTE_LENGTH)}…` : line;
}

/** Paths, one a line, in a result of Glob; other lines are remarks. */
function filesIn(result: string): string[] {
  return result
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => /^[^\s].*\.\w{1,5}$/.test(line) && !/[:()]\s/.test(line));
}

/** Sources before pages, the sample's own file before all, never a test. */
function chooseFile(files: string[]): string | undefined {
  const rank = (file: string): number => {
    if (/(^|[\\/])src[\\/]price\.js$/.test(file)) return 0;
    if (/(^|[\\/])(node_modules|dist|out|build|vendor|\.[^\\/]+)[\\/]|\.min\.|\.d\.ts$/.test(file)) return LAST_RANK;
    if (/(^|[\\/])(tests?|spec)[\\/]|[._](test|spec)\./.test(file)) return 5;
    if (/readme\.md$/i.test(file)) return 3;
    if (/\.md$/i.test(file)) return 4;
    return /(^|[\\/])src[\\/]/.test(file) ? 1 : 2;
  };
  return files
    .filter((file) => rank(file) < LAST_RANK)
    .map((file, index) => ({ file, index }))
    .sort((a, b) => rank(a.file) - rank(b.file) || a.index - b.index)[0]?.file;
}

function numberedLines(result: string): string[] {
  return result.split('\n').flatMap((line) => /^\s*\d+\t(.*)$/.exec(line.replace(/\r$/, ''))?.[1] ?? []);
}

function isPrompt(message: MessagesRequest['messages'][number]): boolean {
  return message.role === 'user' && textBlocks(message.content).every((block) => block['type'] !== 'tool_result');
}

function callsOf(messages: MessagesRequest['messages']): Call[] {
  const calls = new Map<string, Call>();
  for (const block of messages.flatMap((message) => textBlocks(message.content))) {
    if (block['type'] === 'tool_use') {
      const input = block['input'] as Fields;
      calls.set(String(block['id']), { name: String(block['name']), input, text: '', failed: false, answered: false });
    }
    const call = block['type'] === 'tool_result' ? calls.get(String(block['tool_use_id'])) : undefined;
    if (!call) continue;
    const content = (block['content'] ?? '') as string | Fields[];
    Object.assign(call, { text: textsOf(content).join('\n'), failed: block['is_error'] === true, answered: true });
  }
  return [...calls.values()];
}

/** By the last note about plan mode, which is sent only when the mode changes. */
function isPlanning(messages: MessagesRequest['messages']): boolean {
  const notes = messages
    .filter((message) => message.role === 'user')
    .flatMap((message) => textsOf(message.content))
    .flatMap((part) => [...part.matchAll(/^\(?plan mode is (on|off)\b/gim)].map((match) => match[1]));
  return notes.at(-1)?.toLowerCase() === 'on';
}

function isSummaryRequest(said: string): boolean {
  return /\bsummary of (this|the) conversation\b|\bsummari[sz]e (this|the) conversation\b/i.test(said);
}

/** Whatever is said is marked as rehearsed. */
function answer(steps: Step[]): Turn {
  const marked = steps.some((step) => step.type === 'text' && step.text.startsWith(LABEL));
  const first = steps.find((step) => step.type === 'text');
  if (!marked && first?.type === 'text') first.text = `*Rehearsal.* ${first.text}`;
  return { steps, expect: [] };
}

function text(words: string): Step {
  return { type: 'text', text: words };
}

function tool(name: string, input: Fields): Step {
  return { type: 'tool', name, json: JSON.stringify(input) };
}

const SUMMARY_OF_CONVERSATION = `${LABEL}

The conversation so far was a rehearsal: files were searched and one was read, a question was asked, a command and an edit were proposed. Nothing is left to do unless you say *walk again*.`;

const NOT_A_REAL_MODEL = `${LABEL}

I cannot answer that: I only know one walk through the product.

- Say **walk again** to see it once more.
- Start with \`npm start -- --no-rehearsal\` and run **Assent: Sign In**, or set \`ANTHROPIC_API_KEY\` before you start, to talk to a real model.`;
