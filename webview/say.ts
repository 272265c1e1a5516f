// Says a `Because` in the language of VS Code.

import type { Because } from '../src/contracts/permission.ts';
import type { Failure } from '../src/contracts/provider.ts';
import { becauseOfFailure } from '../src/util/phrases/providers.ts';
import { phraseOf } from '../src/util/phrases.ts';
import { fromRoot } from './format.ts';
import { t } from './l10n.ts';

export function say(because: Because): string {
  return t(phraseOf(because), because.args);
}

/** A path below the root as the cards name it, without the root. */
export function sayFrom(because: Because, root: string): string {
  const { path } = because.args;
  if (path === undefined || path === root) return say(because);
  return say({ ...because, args: { ...because.args, path: fromRoot(path, root) } });
}

/** What went wrong with a request, and what to do. */
export function sayFailure(failure: Failure): string {
  return say(becauseOfFailure(failure)).trim();
}
