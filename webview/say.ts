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

/** Paths below the root as the cards name them, without the root; `source` is the file of a rule and its line. */
export function sayFrom(because: Because, root: string): string {
  const args = { ...because.args };
  for (const name of ['path', 'source', 'file']) {
    const path = args[name];
    if (path !== undefined && path !== root) args[name] = fromRoot(path, root);
  }
  return say({ ...because, args });
}

/** What went wrong with a request, and what to do; without the words of the service, which stand by themselves. */
export function sayFailure(failure: Failure): string {
  return say(becauseOfFailure({ ...failure, detail: '' })).trim();
}
