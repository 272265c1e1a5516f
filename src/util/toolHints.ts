// What a server says of a tool's effects, as facts of each call. Hints of strangers: a decision may only get stricter by them.
import type { ToolHints } from '../contracts/permission.ts';

type Annotations = { destructiveHint?: boolean | undefined; openWorldHint?: boolean | undefined };

/** Only what is said in so many words: the protocol takes both for true where a server says nothing, and most say nothing. */
export function hintsOf(annotations: Annotations | undefined): ToolHints {
  return {
    ...(annotations?.destructiveHint === true ? { destructive: true } : {}),
    ...(annotations?.openWorldHint === true ? { openWorld: true } : {}),
  };
}
