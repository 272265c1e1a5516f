// A rule, a path or a word as it stands, with what cannot be seen drawn as a code.
import { Visible } from './visible.ts';

export function Code({ text }: { text: string }) {
  return (
    <code class="md-code" dir="ltr">
      <Visible text={text} />
    </code>
  );
}
