// What a person is shown of a command before saying yes: all of it, nothing hidden, and no "always" for what hides.
import type { ComponentChildren, VNode } from 'preact';
import type { Rule } from '../../../src/contracts/permission.ts';
import { decide } from '../../../src/permissions/decide.ts';
import { lookUpFacts } from '../../../src/permissions/facts.ts';
import { createBash } from '../../../src/tools/bash.ts';
import { isPlainLine } from '../../../src/util/plainLine.ts';
import { Visible } from '../../../webview/view/visible.ts';
import { shellReader } from '../shellReader.ts';
import { type Row, textOf, type Verdict } from './row.ts';

/** Written anew, so that a gap in the product's list shows: what draws nothing, reorders, or passes for a blank. */
const HIDDEN = /(?![\n\t ])[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/u;
/** Letters of two alphabets that look alike, in one word. */
const LOOK_ALIKE =
  /(?=[^\s]*[A-Za-z])[^\s]*[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Cherokee}\p{Script=Armenian}]/u;
const PADDING = /\s{20,}/;

export async function display({ action, context }: Row): Promise<Verdict> {
  const command = textOf(action['command'], 'command');
  const { cwd, home, platform } = context;
  const bash = createBash({ ripgrep: async () => 'rg', platform, deniedForReading: () => new Set() });
  let input: ReturnType<typeof bash.input.parse>;
  try {
    input = bash.input.parse({ command });
  } catch {
    // The tool takes no such text at all.
    return 'deny';
  }
  const rules = (['deny', 'ask', 'allow'] as const).flatMap((behavior) =>
    (context.rules?.[behavior] ?? []).map((text): Rule => ({ behavior, text, scope: 'project', anchor: cwd })),
  );
  const place = { cwd, root: cwd, home, platform, workingDirectories: [], symlinks: {}, trusted: true };
  const facts = await lookUpFacts({
    ...place,
    tool: 'Bash',
    input,
    actions: bash.actions(input, cwd),
    shell: await shellReader(),
  });
  const { kind, offers = [] } = decide(facts, rules, 'default');
  if (kind !== 'ask') return kind;
  const subject = bash.subject(input, cwd);
  const shown = drawn(Visible({ text: subject }));
  // As it will run, byte for byte, but for the codes that stand for what does not show.
  const isWhole =
    shown.replace(/⟨U\+([0-9A-F]{4,6})⟩/g, (_, code: string) => String.fromCodePoint(parseInt(code, 16))) === command;
  const hides = HIDDEN.test(command) || LOOK_ALIKE.test(command) || PADDING.test(command);
  const misleads = !isWhole || HIDDEN.test(shown) || (hides && (offers.length > 0 || isPlainLine(subject)));
  return misleads ? 'allow' : 'ask';
}

/** The text that the page draws. HTML handed over as such would be read as HTML. */
function drawn(node: ComponentChildren): string {
  if (Array.isArray(node)) return node.map(drawn).join('');
  if (typeof node !== 'object' || node === null) return node === undefined || node === null ? '' : String(node);
  const { props } = node as VNode<{ dangerouslySetInnerHTML?: unknown }>;
  if (props.dangerouslySetInnerHTML !== undefined) return '\u0000';
  return drawn(props.children);
}
