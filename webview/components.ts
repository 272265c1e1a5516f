// The controls of the component library, named here and nowhere else: the day the library is replaced, this file and
// toolkit.ts are all that changes. They load after the first paint; until then the elements show their plain text.
import { type ComponentChildren, h } from 'preact';

/** Attributes that every control passes on to its element. */
export type ControlProps = {
  id?: string;
  class?: string;
  title?: string;
  children?: ComponentChildren;
  [attribute: `data-${string}`]: string | undefined;
  [attribute: `aria-${string}`]: string | undefined;
};

let loadIsOver = false;
window.addEventListener('load', () => {
  loadIsOver = true;
});

/** `nonce` is the page's own: the library asks the browser what it can do with a style element of its own. */
export async function registerComponents(nonce: string): Promise<void> {
  const meta = document.createElement('meta');
  meta.setAttribute('property', 'csp-nonce');
  meta.content = nonce;
  document.head.append(meta);
  await import('./toolkit.ts');
  // The library takes the colours of the theme when the window has loaded, which may be over by now. Before it is over
  // nothing may be dispatched: VS Code waits for the real event, and would never show the page after another.
  if (loadIsOver) window.dispatchEvent(new Event('load'));
}

export function Button(
  props: ControlProps & { kind?: 'primary' | 'secondary'; disabled?: boolean; onClick: (event: MouseEvent) => void },
): ComponentChildren {
  const { kind = 'secondary', disabled = false, ...rest } = props;
  // The state is said on the host element too, for whoever looks at that one.
  return h('vscode-button', { ...rest, appearance: kind, disabled, 'aria-disabled': disabled ? 'true' : undefined });
}

export function TextField(
  props: ControlProps & {
    value: string;
    placeholder?: string;
    onInput: (value: string) => void;
    onKeyDown?: (event: KeyboardEvent) => void;
  },
): ComponentChildren {
  const { onInput, ...rest } = props;
  return h('vscode-text-field', {
    ...rest,
    onInput: (event: Event) => onInput((event.target as HTMLInputElement).value),
  });
}

export function Checkbox(
  props: ControlProps & { checked: boolean; onChange: (checked: boolean) => void },
): ComponentChildren {
  const { onChange, ...rest } = props;
  return h('vscode-checkbox', {
    ...rest,
    onChange: (event: Event) => onChange((event.target as HTMLInputElement).checked),
  });
}

export function RadioGroup(
  /** An empty `value` is none. */
  props: ControlProps & { value: string; onChange: (value: string) => void },
): ComponentChildren {
  const { value, onChange, ...rest } = props;
  return h('vscode-radio-group', {
    ...rest,
    // Only without any value the first of them is reached by keyboard.
    ...(value === '' ? {} : { value }),
    orientation: 'vertical',
    onChange: (event: Event) => onChange((event.target as HTMLInputElement).value),
  });
}

export function Radio(props: ControlProps & { value: string }): ComponentChildren {
  return h('vscode-radio', props);
}

export function ProgressRing(props: ControlProps): ComponentChildren {
  return h('vscode-progress-ring', props);
}
