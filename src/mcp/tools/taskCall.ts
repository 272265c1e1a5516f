// A call that the server makes a task of: asked about until it has ended, so that no broken stream loses its result.
import type { Progress } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod/mini';
import type { ServerTool } from '../../contracts/mcp.ts';
import { createDeadline, lateFault } from '../connection/deadline.ts';
import type { ServerConnection } from '../connection/serverConnection.ts';
import { ServerFault } from '../connection/serverFault.ts';
import type { CallTimes } from '../connection/timeouts.ts';
import { shownName } from '../shownName.ts';
import { CallResult } from './toolResult.ts';

const ID = 1000;
/** Between two looks at a task: what the server wants, within these. */
const POLL = { least: 100, usual: 1000, most: 30_000 };
/** For an answer that needs no work. */
const LOOK_MS = 60_000;
const CANCEL_MS = 5000;
/** Looks in a row that found nobody. */
const MOST_LOST = 5;
/** A task that wants an answer is asked so often what it wants. */
const MOST_ASKED = 5;

const RELATED = 'io.modelcontextprotocol/related-task';
const Task = z.looseObject({
  taskId: z.string().check(z.minLength(1), z.maxLength(ID)),
  status: z.enum(['working', 'input_required', 'completed', 'failed', 'cancelled']),
  // No task is lost over what is only nice to know.
  statusMessage: z.catch(z.optional(z.string()), undefined),
  pollInterval: z.catch(z.optional(z.number()), undefined),
});
type Task = z.infer<typeof Task>;
const ENDED = new Set<Task['status']>(['completed', 'failed', 'cancelled']);
/** `result` is undefined where it could not be had; `came` when it could. */
type Fetching = { result: Promise<CallResult | undefined>; came: AbortSignal; got?: CallResult; failed?: true };
/** A server may have done it at once. */
const Created = z.extend(CallResult, { task: z.optional(Task) });
const TaskResult = z.extend(CallResult, {
  _meta: z.optional(z.looseObject({ [RELATED]: z.optional(z.looseObject({ taskId: z.string() })) })),
});

export type TaskCall = {
  connection: Pick<ServerConnection, 'definition' | 'info' | 'request' | 'state'>;
  tool: string;
  input: Record<string, unknown>;
  times: Pick<CallTimes, 'total' | 'idle'>;
  signal: AbortSignal;
  /** Right before the call is sent, as of `request`. */
  check(): void;
  onProgress(progress: Progress): void;
  /** The server's own words about what it does. */
  onStatus(message: string): void;
};

const TasksOfCalls = z.looseObject({ requests: z.looseObject({ tools: z.looseObject({ call: z.looseObject({}) }) }) });

/** Where a tool leaves the choice: over a network, in which streams break. */
export function runsAsTask({ execution }: ServerTool, { definition, info }: TaskCall['connection']): boolean {
  const support = execution?.taskSupport;
  const wanted = support === 'required' || (support === 'optional' && definition.transport.type !== 'stdio');
  return wanted && TasksOfCalls.safeParse(info()?.capabilities['tasks']).success;
}

/** Rejects with a `ServerFault` or the signal's reason; the server is told then that the task is not wanted any more. */
export async function callAsTask(parts: TaskCall): Promise<CallResult> {
  const { connection, tool, input, times, check, onProgress, onStatus } = parts;
  const { name: server, transport } = connection.definition;
  const { total: totalMs, idle: idleMs = totalMs } = times;
  const over = new AbortController();
  const deadline = createDeadline(
    { totalMs, idleMs, late: lateFault(server, 'tools/call', { totalMs, idleMs }) },
    AbortSignal.any([parts.signal, over.signal]),
  );
  const { signal } = deadline;
  let running: string | undefined;
  try {
    const created = await connection.request(
      'tools/call',
      { name: tool, arguments: input, task: { ttl: totalMs } },
      Created,
      {
        totalMs,
        signal,
        check,
        progressUntil: over.signal,
        onProgress: (progress) => {
          deadline.alive();
          onProgress(progress);
        },
      },
    );
    if (created.task === undefined) return created;
    running = created.task.taskId;
    return await follow(running, created.task);
  } catch (error) {
    if (running !== undefined) cancel(running);
    throw signal.aborted ? signal.reason : error;
  } finally {
    over.abort();
    deadline.dispose();
  }

  async function follow(id: string, first: Task): Promise<CallResult> {
    let said: string | undefined;
    let asked = 0;
    let fetching: Fetching | undefined;
    for (let task = first; ; task = await look(id)) {
      const { status, statusMessage = '', pollInterval = POLL.usual } = task;
      if (statusMessage !== '' && statusMessage !== said) onStatus(statusMessage);
      said = statusMessage;
      if (ENDED.has(status)) running = undefined;
      if (status === 'completed') return (await fetching?.result) ?? fetchResult(id, totalMs);
      if (status === 'failed') return failure(id, task, fetching?.got);
      if (status === 'cancelled') throw fault('cancelled');
      // What it wants comes with the result, which is waited for beside the looks.
      if (status === 'input_required' && fetching === undefined) {
        if (++asked > MOST_ASKED) throw fault('silent');
        fetching = fetchBeside(id);
      }
      await wait(Math.min(Math.max(pollInterval, POLL.least), POLL.most, idleMs / 2), fetching?.came);
      if (fetching?.got !== undefined) return fetching.got;
      // What became of the task is seen by the next look.
      if (fetching?.failed) fetching = undefined;
    }
  }

  function fetchBeside(id: string): Fetching {
    const came = new AbortController();
    const made: Fetching = {
      came: came.signal,
      result: fetchResult(id, totalMs).then(
        (result) => {
          made.got = result;
          came.abort();
          return result;
        },
        () => {
          made.failed = true;
          return undefined;
        },
      ),
    };
    return made;
  }

  async function look(id: string): Promise<Task> {
    const task = await patiently('tasks/get', id, Task, LOOK_MS);
    if (task.taskId !== id) throw fault('other');
    deadline.alive();
    return task;
  }

  async function fetchResult(id: string, mostMs: number): Promise<CallResult> {
    const result = await patiently('tasks/result', id, TaskResult, mostMs);
    if ((result._meta?.[RELATED]?.taskId ?? id) !== id) throw fault('other');
    return result;
  }

  /** The tool's own words about it, else those of the task. */
  async function failure(id: string, { statusMessage }: Task, known: CallResult | undefined): Promise<CallResult> {
    try {
      return { ...(known ?? (await fetchResult(id, LOOK_MS))), isError: true };
    } catch (error) {
      if (signal.aborted || statusMessage === undefined) throw error;
      return { content: [{ type: 'text', text: statusMessage }], isError: true };
    }
  }

  /** A server that is away for a moment still has the task, unless it was the program that did it. */
  async function patiently<T>(method: string, id: string, schema: z.ZodMiniType<T>, mostMs: number): Promise<T> {
    for (let lost = 0; ; ) {
      try {
        return await connection.request(method, { taskId: id }, schema, { totalMs: mostMs, signal });
      } catch (error) {
        signal.throwIfAborted();
        const found = error instanceof ServerFault ? error : undefined;
        const slow = found?.because.code === 'mcp.connection.late.total';
        const away = transport.type !== 'stdio' && found !== undefined && mayPass(found);
        if (!slow && (!away || ++lost > MOST_LOST))
          throw found === undefined || found.kind === 'signIn' ? error : fault('lost', found.message);
        await wait(POLL.usual * 2 ** (lost - 1));
      }
    }
  }

  async function wait(ms: number, until?: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        for (const one of [signal, until]) one?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      for (const one of [signal, until]) one?.addEventListener('abort', end);
      if (signal.aborted || until?.aborted) end();
    });
    signal.throwIfAborted();
  }

  /** Not waited for. A server that was lost is not started for it, and one that cannot be told has the time of the task. */
  function cancel(id: string): void {
    const known = z.looseObject({ cancel: z.looseObject({}) }).safeParse(connection.info()?.capabilities['tasks']);
    if (!known.success || connection.state().state !== 'connected') return;
    connection.request('tasks/cancel', { taskId: id }, z.looseObject({}), { totalMs: CANCEL_MS }).catch(() => {});
  }

  function fault(code: 'cancelled' | 'other' | 'lost' | 'silent', reason = ''): ServerFault {
    const args = { server, tool: shownName(tool), ...(reason === '' ? {} : { reason }) };
    return new ServerFault({ code: `mcp.task.${code}`, args });
  }
}

function mayPass({ kind, because }: ServerFault): boolean {
  return kind === 'again' || kind === 'lost' || because.code === 'mcp.connection.failed';
}
