import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ComponentChild, type ComponentChildren, isValidElement } from 'preact';
import { Visible } from '../../../webview/view/visible.ts';

/** What is drawn, marks in brackets. */
function drawn(node: ComponentChildren): string {
  if (Array.isArray(node)) return node.map((one: ComponentChild) => drawn(one)).join('');
  if (!isValidElement(node)) return String(node ?? '');
  const inner = drawn((node.props as { children?: ComponentChildren }).children);
  return node.type === 'mark' ? `[${inner}]` : inner;
}

test('a line of a proposal cannot hide or reorder a part of itself', () => {
  const line = "if (role != 'user\u202E \u2066// admins only\u2069 \u2066') {\u200B";
  assert.equal(
    drawn(Visible({ text: line })),
    "if (role != 'user[⟨U+202E⟩] [⟨U+2066⟩]// admins only[⟨U+2069⟩] [⟨U+2066⟩]') {[⟨U+200B⟩]",
  );
  assert.equal(drawn(Visible({ text: '\tconst 한글 = 1;' })), '\tconst 한글 = 1;');
});
