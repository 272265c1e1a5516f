// Events as the page gets them: batched, long outputs cut, the newest turns first. Pure functions.
import type { Change } from '../contracts/edit.ts';
import type { AgentEvent } from '../contracts/event.ts';
import type { Media, Text } from '../contracts/message.ts';
import type { Question } from '../contracts/question.ts';
import type { ToolDetail, ToolOutput } from '../contracts/tool.ts';

/** Characters of one output that a card gets; the rest comes when the person asks for all. */
export const OUTPUT_SHOWN = 20_000;
/** Of the copy of an output that stands in a message. */
const RESULT_SHOWN = 4_000;
/** Whole file texts above this stay behind: hunks are what the page draws. */
const FILE_SHOWN = 200_000;

/** Joins runs of deltas, so that one frame brings one piece of text. */
export function joinDeltas(events: readonly AgentEvent[]): AgentEvent[] {
  const joined: AgentEvent[] = [];
  for (const event of events) {
    const last = joined.at(-1);
    if ((event.type === 'textDelta' || event.type === 'thinkingDelta') && last?.type === event.type) {
      joined[joined.length - 1] = { type: event.type, text: last.text + event.text };
    } else if (event.type === 'toolProgress' && last?.type === 'toolProgress' && last.call === event.call) {
      joined[joined.length - 1] = { ...last, text: last.text + event.text };
    } else if (event.type === 'toolDelta' && last?.type === 'toolDelta' && last.call === event.call) {
      joined[joined.length - 1] = event;
    } else joined.push(event);
  }
  return joined;
}

/** Splits events into what a page is shown first and the older rest, in chunks of whole turns, newest chunk first. */
export function splitTurns(
  events: readonly AgentEvent[],
  wanted: number,
): { newest: AgentEvent[]; older: AgentEvent[][] } {
  const starts: number[] = [];
  for (const [index, event] of events.entries()) if (event.type === 'prompted') starts.push(index);
  let end = events.length;
  const chunks: AgentEvent[][] = [];
  for (let i = starts.length - 1; i >= 0; i--) {
    const start = i === 0 ? 0 : (starts[i] ?? 0);
    if (end - start < (chunks.length === 0 ? wanted : wanted * 10) && start > 0) continue;
    chunks.push(events.slice(start, end));
    end = start;
  }
  if (end > 0) chunks.push(events.slice(0, end));
  const [newest = [], ...older] = chunks;
  return { newest, older };
}

/** The event without what the page does not draw at once. The very same object when nothing was cut. */
export function cutForPage(event: AgentEvent): AgentEvent {
  switch (event.type) {
    case 'message': {
      // What a tool gave back is drawn from 'toolFinished'; the message repeats it for the model, and is all there is in
      // conversations that another client wrote.
      if (!event.message.blocks.some((block) => block.type === 'toolResult')) return event;
      const blocks = event.message.blocks.map((block) =>
        block.type === 'toolResult' ? { ...block, content: cutContent(block.content, RESULT_SHOWN) } : block,
      );
      return { ...event, message: { ...event.message, blocks } };
    }
    case 'toolProgress':
      return event.text.length > OUTPUT_SHOWN ? { ...event, text: cutText(event.text) } : event;
    case 'toolFinished':
      return { ...event, output: cutOutput(event.output) };
    case 'asked':
      return { ...event, question: cutQuestion(event.question) };
    case 'answered':
      return {
        ...event,
        question: cutQuestion(event.question),
        ...(event.settled === undefined
          ? {}
          : {
              settled: event.settled.map((one) =>
                one.change === undefined ? one : { ...one, change: cutChange(one.change) },
              ),
            }),
      };
    default:
      return event;
  }
}

export function cutQuestion(question: Question): Question {
  if (question.type !== 'review') return question;
  return { ...question, review: { ...question.review, changes: question.review.changes.map(cutChange) } };
}

/** The whole text a tool gave back; undefined when the call is unknown or not finished. */
export function wholeOutput(events: readonly AgentEvent[], call: string): string | undefined {
  for (let i = events.length - 1; i >= 0; i--) {
    const event = events[i];
    if (event?.type === 'toolFinished' && event.call.id === call) {
      const { detail, content } = event.output;
      if (detail?.type !== 'command') return textOf(content);
      return [detail.stdout, detail.stderr].filter((part) => part !== '').join('\n');
    }
    if (event?.type !== 'message') continue;
    const result = event.message.blocks.find((block) => block.type === 'toolResult' && block.id === call);
    // The message follows 'toolFinished', which has more; it counts when there is nothing else.
    if (result?.type === 'toolResult') return wholeOutput(events.slice(0, i), call) ?? textOf(result.content);
  }
  return undefined;
}

function textOf(content: ReadonlyArray<Text | Media>): string {
  return content
    .filter((part): part is Text => part.type === 'text')
    .map((part) => part.text)
    .join('\n');
}

function cutOutput(output: ToolOutput): ToolOutput {
  return {
    ...output,
    content: cutContent(output.content, OUTPUT_SHOWN),
    ...(output.detail === undefined ? {} : { detail: cutDetail(output.detail) }),
  };
}

function cutContent(content: ReadonlyArray<Text | Media>, shown: number): Array<Text | Media> {
  return content.map((part) => (part.type === 'text' ? { ...part, text: cutText(part.text, shown) } : part));
}

function cutDetail(detail: ToolDetail): ToolDetail {
  if (detail.type === 'command') return { ...detail, stdout: cutText(detail.stdout), stderr: cutText(detail.stderr) };
  if (detail.type === 'edit') return { ...detail, changes: detail.changes.map(cutChange) };
  if (detail.type === 'server') return { ...detail, content: cutContent(detail.content, OUTPUT_SHOWN) };
  return detail;
}

export function cutChange(change: Change): Change {
  if (change.before.length + change.after.length <= FILE_SHOWN) return change;
  return { ...change, before: '', after: '' };
}

/** Beginning and end, and between them how much is missing. */
function cutText(text: string, shown = OUTPUT_SHOWN): string {
  if (text.length <= shown) return text;
  const half = shown / 2;
  return `${text.slice(0, half)}\n… ${text.length - shown} …\n${text.slice(-half)}`;
}
