// Tools that a rule takes away as a whole: the model is not told of them.
import type { Rule } from '../contracts/permission.ts';
import { wildcard } from '../util/wildcard.ts';
import { isPowerShell } from './powershell/powershell.ts';
import { parseRule } from './rules/rules.ts';

/** Without bash there is no PowerShell either: who takes one away means commands. `Bash`, `Bash(*)`, `mcp__server`, `mcp__*`, `*` in a deny rule. A rule for some calls only leaves the tool. */
export function deniedOutright(tool: string, rules: readonly Rule[]): boolean {
  return rules.some(
    (rule) =>
      rule.behavior === 'deny' &&
      parseRule(rule).meanings.some(
        (meaning) =>
          meaning.kind === 'tool' &&
          (namesTool(meaning.tool, tool) || (isPowerShell(tool) && namesTool(meaning.tool, 'Bash'))),
      ),
  );
}

function namesTool(pattern: string, tool: string): boolean {
  return wildcard(pattern, tool) || (pattern.startsWith('mcp__') && tool.startsWith(`${pattern}__`));
}
