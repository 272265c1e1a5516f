// `assent decide`: a call a line in, a decision a line out.
import { createInterface } from 'node:readline';
import * as z from 'zod/mini';
import type { Decision } from '../contracts/permission.ts';
import { Call, type CallOptions, decideCall } from '../policy/decideCall.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { readableError } from '../util/readableError.ts';
import { asJsonLine } from './printed.ts';

const Line = z.extend(Call, { id: z.union([z.string(), z.number()]) });

/** Resolves to the exit status: 2 when a line was not valid. */
export async function decideLines(
  options: CallOptions,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<number> {
  let status = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (text.trim() === '') continue;
    const answer = await answerLine(text, options);
    if ('error' in answer) status = 2;
    // A reader that is slower than we are must not fill the memory.
    if (!output.write(asJsonLine(answer))) await new Promise((resolve) => output.once('drain', resolve));
  }
  return status;
}

type Answer =
  | ({ id: string | number; decision: Decision['kind']; reason: string } & Pick<
      Decision,
      'because' | 'record' | 'offers'
    >)
  | { id?: string | number; error: string };

async function answerLine(text: string, options: CallOptions): Promise<Answer> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { error: `Not JSON: ${readableError(error)}` };
  }
  const named = z.object({ id: z.union([z.string(), z.number()]) }).safeParse(value);
  const id = named.success ? { id: named.data.id } : {};
  const line = Line.safeParse(value);
  if (!line.success) return { ...id, error: z.prettifyError(line.error) };
  try {
    const { kind, because, record, offers } = await decideCall(line.data, options);
    return {
      id: line.data.id,
      decision: kind,
      reason: sayInEnglish(because),
      because,
      record,
      ...(offers === undefined ? {} : { offers }),
    };
  } catch (error) {
    return { ...id, error: readableError(error) };
  }
}
