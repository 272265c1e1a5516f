// Below the text: mode, model, what the conversation holds and costs, and the buttons.
import { useRef } from 'preact/hooks';
import type { Mode } from '../../src/contracts/permission.ts';
import { PICTURE_TYPES } from '../files.ts';
import { short } from '../format.ts';
import { t } from '../l10n.ts';
import { usePage, useSelect } from '../page.ts';
import { Cost } from './cost.tsx';
import { EffortMenu } from './effortMenu.tsx';
import { IconButton } from './icon.tsx';
import { Menu } from './menu.tsx';
import { ModelMenu } from './modelMenu.tsx';
import { modeName } from './permissionWords.ts';

export function Footer(props: {
  running: boolean;
  canSend: boolean;
  onSend: () => void;
  onStop: () => void;
  onMention: () => void;
  onPictures: (files: File[]) => void;
}) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <div class="composer-footer">
      <ModeMenu />
      <ModelMenu />
      <EffortMenu />
      <span class="footer-gap" />
      <Cost />
      <ContextMeter />
      <span class="footer-buttons">
        <IconButton icon="mention" label={t('Mention a file')} onClick={props.onMention} />
        <IconButton icon="file-media" label={t('Attach a picture or a PDF')} onClick={() => picker.current?.click()} />
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          accept={PICTURE_TYPES.join(',')}
          onChange={(event) => {
            props.onPictures([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = '';
          }}
        />
        {props.running && (
          <IconButton icon="debug-stop" class="stop" label={t('Stop (Esc)')} testId="stop" onClick={props.onStop} />
        )}
        <IconButton
          icon="arrow-up"
          class="send"
          label={props.running ? t('Send after this turn') : t('Send')}
          testId="send"
          disabled={!props.canSend}
          onClick={props.onSend}
        />
      </span>
    </div>
  );
}

function modeDescription(mode: Mode): string {
  switch (mode) {
    case 'default':
      return t('Asks before edits and commands');
    case 'acceptEdits':
      return t('Edits files without asking, asks before commands');
    case 'plan':
      return t('Reads and plans, changes nothing');
    case 'dontAsk':
      return t('Does what rules allow, refuses the rest');
    case 'bypassPermissions':
      return t('Asks for almost nothing');
  }
}

const MODE_ICONS: Readonly<Record<Mode, string>> = {
  default: 'shield',
  acceptEdits: 'edit',
  plan: 'list-ordered',
  dontAsk: 'circle-slash',
  bypassPermissions: 'warning',
};

function ModeMenu() {
  const page = usePage();
  const mode = useSelect((state) => state.conversation?.mode ?? 'default');
  const modes = useSelect((state) => state.config.modes);
  return (
    <Menu
      label={modeName(mode)}
      title={t('Permission mode (Shift+Tab)')}
      icon={MODE_ICONS[mode]}
      class={mode === 'bypassPermissions' ? 'dangerous' : ''}
      choices={modes.map((one) => ({
        id: one,
        label: modeName(one),
        description: modeDescription(one),
        icon: MODE_ICONS[one],
      }))}
      chosen={mode}
      onChoose={(id) => {
        const chosen = modes.find((one) => one === id);
        if (chosen) page.post({ type: 'setMode', mode: chosen });
      }}
      testId="mode"
      data={{ 'data-mode': mode }}
    />
  );
}

function ContextMeter() {
  const context = useSelect((state) => state.folded.context);
  if (!context || context.window <= 0) return null;
  const share = Math.min(1, context.tokens / context.window);
  const percent = Math.round(share * 100);
  const title = t('{percent}% of the context window is used: {tokens} of {window} tokens', {
    percent,
    tokens: short(context.tokens),
    window: short(context.window),
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: the element of that name cannot be drawn as a ring.
    <span
      class={`context-meter ${share > 0.85 ? 'full' : ''}`}
      data-testid="context-meter"
      role="meter"
      aria-label={title}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      title={title}
    >
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <circle class="meter-track" cx="8" cy="8" r="6" />
        <circle class="meter-value" cx="8" cy="8" r="6" pathLength="100" stroke-dasharray={`${percent} 100`} />
      </svg>
      {percent}%
    </span>
  );
}
