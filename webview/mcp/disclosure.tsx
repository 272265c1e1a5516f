// A heading that opens: what is below it is drawn once it is looked at, so that twenty servers cost no more than their names.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

export function Disclosure(props: {
  label: ComponentChildren;
  testId?: string;
  /** From the start. */
  open?: boolean;
  children: () => ComponentChildren;
}) {
  const [open, setOpen] = useState(props.open ?? false);
  return (
    <details
      class="mcp-details"
      data-testid={props.testId}
      open={open}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>{props.label}</summary>
      {open && <div>{props.children()}</div>}
    </details>
  );
}
