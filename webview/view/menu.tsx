// A button that opens a short list to choose from, such as the mode and the model.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

export type MenuChoice = { id: string; label: string; description?: string; icon?: string };

export function Menu(props: {
  label: string;
  title: string;
  icon?: string;
  class?: string;
  choices: readonly MenuChoice[];
  chosen: string;
  onChoose: (id: string) => void;
  testId: string;
  data?: Record<`data-${string}`, string>;
}) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return;
    list.current?.querySelector<HTMLElement>('[aria-checked="true"]')?.focus();
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
    const items = [...list.current.querySelectorAll<HTMLElement>('[role="menuitemradio"]')];
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
        onClick={() => setOpen(!open)}
      >
        {props.icon && <Icon name={props.icon} />}
        <span class="menu-label">{props.label}</span>
        <Icon name="chevron-down" />
      </button>
      {open && (
        <div class="popup" role="menu" id={id} ref={list} aria-label={props.title}>
          {props.choices.map((choice) => (
            <button
              type="button"
              role="menuitemradio"
              key={choice.id}
              tabindex={-1}
              class="popup-item"
              aria-checked={choice.id === props.chosen}
              data-choice={choice.id}
              onClick={() => {
                props.onChoose(choice.id);
                close();
              }}
            >
              <Icon name={choice.id === props.chosen ? 'check' : (choice.icon ?? 'blank')} />
              <span class="popup-text">
                <span class="popup-label">{choice.label}</span>
                {choice.description && <span class="popup-description">{choice.description}</span>}
              </span>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
