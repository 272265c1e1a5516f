// The list above the composer: files for `@`, commands for `/`. The focus stays in the text; the keys are handled there.
import { useEffect, useRef } from 'preact/hooks';
import type { CommandSuggestion, Mention } from '../../src/protocol.ts';
import type { SlashCommand } from '../commands.ts';
import { t } from '../l10n.ts';
import { Icon } from './icon.tsx';

export function Suggestions(props: {
  commands: readonly SlashCommand[];
  /** Of servers; behind the commands. */
  prompts: readonly CommandSuggestion[];
  files: readonly Mention[];
  active: number;
  onChoose: (index: number) => void;
  onActive: (index: number) => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(
    () => list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }),
    [props.active],
  );
  const isCommands = props.commands.length + props.prompts.length > 0;
  return (
    <div
      class="popup suggestions"
      id="suggestions"
      role="listbox"
      ref={list}
      aria-label={isCommands ? t('Commands') : t('Files and folders')}
      data-testid={isCommands ? 'command-menu' : 'mention-menu'}
    >
      {isCommands
        ? [
            ...props.commands.map((command) => ({ ...command, name: `/${command.name}` })),
            ...props.prompts.map((prompt) => ({ ...prompt, icon: 'server-process' })),
          ].map((command, i) => (
            <Choice {...props} key={command.name} index={i} testId="command-item" icon={command.icon}>
              <span class="popup-label">
                {command.name} {command.argument && <span class="quiet">{command.argument}</span>}
              </span>
              <span class="popup-description">{command.description}</span>
            </Choice>
          ))
        : props.files.map((file, i) => (
            <Choice
              {...props}
              key={`${file.label}\n${file.path}`}
              index={i}
              testId="mention-item"
              icon={file.kind === 'folder' ? 'folder' : file.kind === 'resource' ? 'server-process' : 'file'}
            >
              <span class="popup-label">{file.label}</span>
              {file.detail && <span class="popup-description">{file.detail}</span>}
            </Choice>
          ))}
    </div>
  );
}

function Choice(props: {
  index: number;
  active: number;
  testId: string;
  icon: string;
  onChoose: (index: number) => void;
  onActive: (index: number) => void;
  children: preact.ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys of the list are handled in the text box, which has the focus.
    <div
      class="popup-item"
      id={`suggestion-${props.index}`}
      role="option"
      tabIndex={-1}
      aria-selected={props.index === props.active}
      data-testid={props.testId}
      // Keeps the focus in the text.
      onMouseDown={(event) => event.preventDefault()}
      onMouseMove={() => {
        if (props.index !== props.active) props.onActive(props.index);
      }}
      onClick={() => props.onChoose(props.index)}
    >
      <Icon name={props.icon} />
      <span class="popup-text">{props.children}</span>
    </div>
  );
}
