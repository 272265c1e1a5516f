// Says that a cap stops a request, or is nearly used up, as a code and its arguments.
import type { Because } from '../contracts/permission.ts';
import type { Failure } from '../contracts/provider.ts';
import type { CapUse } from '../contracts/usage.ts';
import { exactUsd } from '../util/usd.ts';

/** Nothing was sent. Asking again would only be refused again. */
export function stopFor(because: Because): Failure {
  return { code: 'capReached', detail: '', because, retryable: false };
}

/** `next` is what the request would cost, USD; `at` when it would be sent. */
export function sayCap(cap: CapUse, next: number, at: number): Because {
  const args = { cap: exactUsd(cap.usd), from: cap.from, spent: exactUsd(cap.spent), next: exactUsd(next) };
  if (cap.kind !== 'day') return { code: `usage.cap.${cap.kind}`, args };
  const date = new Date(at);
  const midnight = new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
  const minutes = Math.ceil((midnight - at) / 60_000);
  const left = { hours: String(Math.floor(minutes / 60)), minutes: String(minutes % 60) };
  return { code: 'usage.cap.day', args: { ...args, ...left } };
}

export function sayNear(cap: CapUse): Because {
  const args = { cap: exactUsd(cap.usd), from: cap.from, spent: exactUsd(cap.spent) };
  return { code: `usage.near.${cap.kind}`, args };
}
