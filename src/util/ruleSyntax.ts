// The outer form of a permission rule: a tool name, and what stands in its parentheses.

export type RuleParts = { tool: string; specifier: string | undefined };

/** `Tool` or `Tool(specifier)`; undefined when the text has neither form. Nothing is trimmed: a blank is a fault. */
export function splitRule(text: string): RuleParts | undefined {
  const open = text.indexOf('(');
  const tool = open < 0 ? text : text.slice(0, open);
  if (!/^[\p{L}\p{N}_*.:@/-]+$/u.test(tool)) return undefined;
  if (open < 0) return { tool, specifier: undefined };
  return text.endsWith(')') ? { tool, specifier: text.slice(open + 1, -1) } : undefined;
}
