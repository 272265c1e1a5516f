// Tells the model of tools that it knew of and that a rule denies by now: what was told before stays where it stands.
import type { OfferedTool } from '../tools/serverTools.ts';

/** Names that one message has. */
const NAMED = 50;

/** Each denial once; the result takes it. Undefined when there is none. */
export function createDeniedNews(
  offered: () => readonly OfferedTool[],
  denied: (tool: OfferedTool) => boolean,
): () => string | undefined {
  const known = new Set<string>();
  return () => {
    const gone: string[] = [];
    for (const one of offered()) {
      const { name } = one.tool;
      if (!denied(one)) known.add(name);
      else if (known.delete(name)) gone.push(name);
    }
    if (gone.length === 0) return undefined;
    const more = gone.length > NAMED ? `, and ${gone.length - NAMED} more` : '';
    return `<denied-tools>\nRules of the person now deny these tools, and calls to them are refused: ${gone.slice(0, NAMED).join(', ')}${more}.\n</denied-tools>`;
  };
}
