// A button that opens a short list to choose from, such as the mode and the model.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

export type MenuChoice = {
  id: string;
  label: string;
  description?: string;
  icon?: string;
  /** A heading stands before the first of each group. */
  group?: string;
  /** It can be read, not chosen. */
  disabled?: boolean;
  /** It is on or off by itself, whatever is chosen. */
  check?: boolean;
};

export function Menu(props: {
  label: string;
  title: string;
  icon?: string;
  class?: string;
  choices: readonly MenuChoice[];
  chosen: string;
  onChoose: (id: string) => void;
  onOpen?: () => void;
  testId: string;
  data?: Record<`data-${string}`, string>;
}) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return;
    if (list.current) keepInSight(list.current);
    const first = list.current?.querySelector<HTMLElement>('[aria-checked="true"], [role^="menuitem"]');
    (list.current?.querySelector<HTMLElement>('[role="menuitemradio"][aria-checked="true"]') ?? first)?.focus();
    const away = (event: PointerEvent) => {
      const inside = event.target instanceof Node && button.current?.parentElement?.contains(event.target);
      if (!inside) setOpen(false);
    };
    window.addEventListener('pointerdown', away);
    return () => window.removeEventListener('pointerdown', away);
  }, [open]);

  function close(): void {
    setOpen(false);
    button.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (!list.current || event.isComposing) return;
    const items = [...list.current.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const move = (to: number) => items.at(to % items.length)?.focus();
    if (event.key === 'ArrowDown') move(at + 1);
    else if (event.key === 'ArrowUp') move(at - 1);
    else if (event.key === 'Home') move(0);
    else if (event.key === 'End') move(-1);
    else if (event.key === 'Escape') close();
    else if (event.key === 'Tab') {
      setOpen(false);
      return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the menu inside.
    <div class={`menu ${props.class ?? ''}`} onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        class="menu-button"
        title={props.title}
        aria-label={`${props.title}: ${props.label}`}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        data-testid={props.testId}
        {...props.data}
        onClick={() => {
          if (!open) props.onOpen?.();
          setOpen(!open);
        }}
      >
        {props.icon && <Icon name={props.icon} />}
        <span class="menu-label">{props.label}</span>
        <Icon name="chevron-down" />
      </button>
      {open && (
        <div class="popup" role="menu" id={id} ref={list} aria-label={props.title}>
          {props.choices.map((choice, at) => {
            const heading = choice.group !== props.choices[at - 1]?.group && choice.group;
            const checked = choice.check ?? choice.id === props.chosen;
            return [
              heading && (
                <div key={`group:${heading}`} class="popup-group" role="presentation">
                  {heading}
                </div>
              ),
              // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles can be checked.
              <button
                type="button"
                role={choice.check === undefined ? 'menuitemradio' : 'menuitemcheckbox'}
                key={choice.id}
                tabindex={-1}
                class="popup-item"
                aria-checked={checked}
                aria-disabled={choice.disabled ?? false}
                data-choice={choice.id}
                onClick={() => {
                  if (choice.disabled) return;
                  props.onChoose(choice.id);
                  close();
                }}
              >
                <Icon name={checked ? 'check' : (choice.icon ?? 'blank')} />
                <span class="popup-text">
                  <span class="popup-label">{choice.label}</span>
                  {choice.description && <span class="popup-description">{choice.description}</span>}
                </span>
              </button>,
            ];
          })}
        </div>
      )}
    </div>
  );
}

const EDGE = 8;

/** Of a list that begins far to the right all is to be read, too. */
function keepInSight(list: HTMLElement): void {
  const { left, right } = list.getBoundingClientRect();
  const shift = Math.min(Math.max(0, right + EDGE - document.documentElement.clientWidth), Math.max(0, left - EDGE));
  if (shift > 0) list.style.marginInlineStart = `${-shift}px`;
}
