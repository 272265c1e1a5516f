// AWS' own chain of credential sources, in a thread of its own. The chain reads `process.env` and the home folder wherever it
// goes, starts programs and sends requests; a thread has an environment of its own, so what settings say holds there and
// nowhere else, nothing read before is read again from a memory, and giving up ends it. Requests and programs come back out
// of the thread: they are sent and run as all others are.
import { Worker } from 'node:worker_threads';
import * as z from 'zod/mini';
import type { HelperEnd } from '../contracts/helper.ts';
import type { Fetch } from '../contracts/network.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type AwsCredentials = {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
};
export type ChainParts = {
  fetch: Fetch;
  /** Runs the `credential_process` of a profile. */
  run(command: string, env: Env, signal: AbortSignal): Promise<HelperEnd>;
};

/** Why nothing was found: what a program or a request of the chain failed with, or else what the chain itself said. */
export class ChainProblem extends Error {}

const Found = z.object({
  accessKeyId: z.string().check(z.minLength(1)),
  secretAccessKey: z.string().check(z.minLength(1)),
  sessionToken: z.optional(z.string()),
  expiration: z.optional(z.date()),
});
const FromThread = z.discriminatedUnion('type', [
  z.object({ type: z.literal('found'), credentials: Found }),
  z.object({ type: z.literal('failed'), message: z.string() }),
  z.object({ type: z.literal('run'), id: z.number(), command: z.string() }),
  z.object({
    type: z.literal('fetch'),
    id: z.number(),
    url: z.string(),
    method: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.optional(z.union([z.string(), z.instanceof(Uint8Array)])),
  }),
]);
type Request = Extract<z.infer<typeof FromThread>, { type: 'fetch' }>;

/** Rejects with `ChainProblem`, or with the reason of `signal`; what was under way is then ended. */
export async function resolveChain(env: Env, parts: ChainParts, signal: AbortSignal): Promise<AwsCredentials> {
  signal.throwIfAborted();
  const stop = new AbortController();
  const thread = new Worker(`(${chainThread})(require)`, {
    eval: true,
    env: environmentOf(env),
    execArgv: [],
    workerData: { chain: require.resolve('@aws-sdk/credential-providers') },
    // Its warnings are for people who write programs.
    stdout: true,
    stderr: true,
  });
  try {
    return await new Promise<AwsCredentials>((resolve, reject) => {
      let trouble: string | undefined;
      const answer = (id: number, work: Promise<unknown>) =>
        work.then(
          (value) => thread.postMessage({ id, value }),
          (error: unknown) => {
            // The chain goes on to its next source and would end with what that said.
            trouble = innermost(error);
            thread.postMessage({ id, error: trouble });
          },
        );
      signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: stop.signal });
      thread.once('error', (error) => reject(new ChainProblem(error.message)));
      thread.once('exit', () => reject(new ChainProblem('The search for credentials ended without a result.')));
      thread.on('message', (data: unknown) => {
        const message = FromThread.safeParse(data);
        if (!message.success) return reject(new ChainProblem('What was found are no AWS credentials.'));
        const said = message.data;
        if (said.type === 'found') resolve(credentialsFrom(said.credentials));
        else if (said.type === 'failed') reject(new ChainProblem(trouble ?? said.message));
        else if (said.type === 'run') void answer(said.id, output(parts.run(said.command, env, stop.signal)));
        else void answer(said.id, send(parts.fetch, said, stop.signal));
      });
    });
  } finally {
    stop.abort();
    await thread.terminate();
  }
}

/** Without what is meant for programs: it would be read as options of the thread. */
function environmentOf({ NODE_OPTIONS: _, ...env }: Env): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function credentialsFrom({ sessionToken, expiration, ...keys }: z.infer<typeof Found>): AwsCredentials {
  return { ...keys, ...(sessionToken ? { sessionToken } : {}), ...(expiration ? { expiration } : {}) };
}

async function output(run: Promise<HelperEnd>): Promise<string> {
  const { code, stdout, timedOut } = await run;
  if (code === 0) return stdout;
  throw new Error(`The credential_process of the profile ${timedOut ? 'took too long' : `ended with status ${code}`}.`);
}

async function send(fetch: Fetch, { url, method, headers, body }: Request, signal: AbortSignal) {
  const response = await fetch(url, {
    method,
    headers,
    signal,
    redirect: 'manual',
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
  });
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: new Uint8Array(await response.arrayBuffer()),
  };
}

/** `fetch failed` says nothing; its cause does. */
function innermost(error: unknown): string {
  let found = error;
  while (found instanceof Error && found.cause instanceof Error) found = found.cause;
  return found instanceof Error ? found.message : String(found);
}

/** The thread's whole program. It is handed over as text, so it uses nothing from outside itself. */
function chainThread(load: NodeJS.Require): void {
  const { parentPort, workerData } = load('node:worker_threads') as typeof import('node:worker_threads');
  const { promisify } = load('node:util') as typeof import('node:util');
  const waiting = new Map<number, (answer: { value?: unknown; error?: string }) => void>();
  let last = 0;
  const ask = (question: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, ({ value, error }) => (error === undefined ? resolve(value) : reject(new Error(error))));
      parentPort?.postMessage({ ...question, id });
    });
  parentPort?.on('message', (answer: { id: number; value?: unknown; error?: string }) =>
    waiting.get(answer.id)?.(answer),
  );

  // `credential_process` is started with `exec`, and nothing else is.
  const programs = load('node:child_process') as { exec: unknown };
  programs.exec = Object.assign(() => {}, {
    [promisify.custom]: async (command: string) => ({ stdout: await ask({ type: 'run', command }), stderr: '' }),
  });

  type Outgoing = {
    protocol: string;
    hostname: string;
    port?: number;
    path: string;
    query?: Record<string, string | string[] | null>;
    method: string;
    headers: Record<string, string>;
    body?: unknown;
  };
  const requestHandler = {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request: Outgoing) {
      const url = new URL(`${request.protocol}//${request.hostname}`);
      if (request.port !== undefined) url.port = String(request.port);
      url.pathname = request.path;
      for (const [name, value] of Object.entries(request.query ?? {})) {
        for (const one of Array.isArray(value) ? value : [value ?? '']) url.searchParams.append(name, one);
      }
      const { method, headers, body } = request;
      const known = typeof body === 'string' || body instanceof Uint8Array ? { body } : {};
      return { response: await ask({ type: 'fetch', url: url.href, method, headers, ...known }) };
    },
    destroy() {},
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };

  const aws = load(workerData.chain) as typeof import('@aws-sdk/credential-providers');
  const clientConfig = { requestHandler, maxAttempts: 2 };
  // As the AWS command line has it, keys in the environment count before a profile.
  const chain = aws.createCredentialChain(
    aws.fromEnv(),
    aws.fromNodeProviderChain({ clientConfig, parentClientConfig: clientConfig }),
  );
  chain().then(
    ({ accessKeyId, secretAccessKey, sessionToken, expiration }) =>
      parentPort?.postMessage({
        type: 'found',
        credentials: { accessKeyId, secretAccessKey, sessionToken, expiration },
      }),
    (error: unknown) =>
      parentPort?.postMessage({ type: 'failed', message: error instanceof Error ? error.message : String(error) }),
  );
}
