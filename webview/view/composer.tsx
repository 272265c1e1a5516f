// Where the person writes. The text lives in the text area itself, never set while an input method is at work.
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Attachment } from '../../src/contracts/message.ts';
import { commandOf, type SlashCommand } from '../commands.ts';
import { readDropped, readPictures } from '../files.ts';
import { watchComposition } from '../ime.ts';
import { t } from '../l10n.ts';
import { mentionText } from '../mentions.ts';
import { usePage, useSelect } from '../page.ts';
import { AttachmentChips } from './attachments.tsx';
import { Footer } from './footer.tsx';
import { Icon } from './icon.tsx';
import { SelectionChip } from './selectionChip.tsx';
import { Suggestions } from './suggestions.tsx';
import { useCompletion } from './useCompletion.ts';
import { useMentions } from './useMentions.ts';

const DRAFT_AFTER_MS = 300;
/** A prompt is on its way before the page is laid out anew: that takes longer than the way. */
const CLEAR_AFTER_MS = 8;

export function Composer() {
  const page = usePage();
  const config = useSelect((state) => state.config);
  const running = useSelect((state) => state.conversation?.running ?? false);
  const conversation = useSelect((state) => state.conversation?.id);
  const generation = useSelect((state) => state.generation);
  const inserted = useSelect((state) => state.inserted);
  const focusRequests = useSelect((state) => state.focusRequests);

  const area = useRef<HTMLTextAreaElement>(null);
  const composition = useMemo(watchComposition, []);
  const mentions = useMentions();
  const draftTimer = useRef<number>(undefined);
  const sending = useRef(false);
  const recalled = useRef<{ index: number; text: string } | undefined>(undefined);
  const attachments = useSignal<readonly Attachment[]>([]);
  const refusal = useSignal('');
  const [empty, setEmpty] = useState(true);

  const completion = useCompletion(area, {
    command: chooseCommand,
    // What is to be gone on with is completed at once.
    prompt: ({ text }) => typeIn(text, 0),
    file: (file, from) => {
      mentions.choose(file);
      typeIn(`${mentionText(file)}${file.kind === 'resource' && file.open ? '' : ' '}`, from);
    },
  });

  // Text of another conversation never stays; text that is being written is never replaced.
  const shownFor = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    const element = area.current;
    if (!element || generation === 0) return;
    const { draft } = page.state.peek();
    if (
      shownFor.current === conversation ? element.value === '' : shownFor.current !== undefined || element.value === ''
    ) {
      setText(draft || page.kept.of('draft', '').peek());
    }
    if (shownFor.current !== undefined && shownFor.current !== conversation) attachments.value = [];
    shownFor.current = conversation;
  }, [generation]);

  useLayoutEffect(() => {
    if (focusRequests > 0) area.current?.focus();
  }, [focusRequests]);

  useEffect(() => {
    if (inserted.count === 0) return;
    attachments.value = [...attachments.peek(), ...inserted.attachments];
    if (inserted.text !== '') typeIn(inserted.text);
  }, [inserted.count]);

  function setText(text: string): void {
    const element = area.current;
    if (!element) return;
    element.value = text;
    element.setSelectionRange(text.length, text.length);
    textChanged();
  }

  /** Puts text at the cursor as if it were typed, so that undo knows it. */
  function typeIn(text: string, from?: number): void {
    const element = area.current;
    if (!element) return;
    element.focus();
    if (from !== undefined) element.setSelectionRange(from, element.selectionEnd);
    if (!document.execCommand('insertText', false, text)) {
      element.setRangeText(text, element.selectionStart, element.selectionEnd, 'end');
    }
    textChanged();
  }

  function textChanged(): void {
    const element = area.current;
    if (!element) return;
    const text = element.value;
    setEmpty(text.trim() === '');
    page.kept.of('draft', '').value = text;
    window.clearTimeout(draftTimer.current);
    draftTimer.current = window.setTimeout(() => page.post({ type: 'draft', text }), DRAFT_AFTER_MS);
    completion.look();
  }

  function chooseCommand(command: SlashCommand): void {
    if (command.argument !== undefined) {
      typeIn(`/${command.name} `, 0);
      return;
    }
    setText('');
    page.post(command.message(''));
  }

  async function send(): Promise<void> {
    const element = area.current;
    if (!element) return;
    const text = element.value;
    if (sending.current || (text.trim() === '' && attachments.value.length === 0)) return;
    const command = commandOf(text);
    if (command) {
      setText('');
      page.post(command);
      return;
    }
    completion.stopAsking();
    await mentions.findIn(text);
    // Whoever went on typing meanwhile is not done.
    if (element.value !== text) return;
    const { selection, selectionOn } = page.state.peek();
    page.post({
      type: 'send',
      text,
      attachments: [...attachments.value, ...mentions.attachmentsOf(text)],
      withSelection: selectionOn && selection !== undefined && !selection.excluded,
    });
    const sent = attachments.value;
    recalled.current = undefined;
    sending.current = true;
    window.setTimeout(() => {
      sending.current = false;
      attachments.value = attachments.peek().filter((one) => !sent.includes(one));
      refusal.value = '';
      // What was typed meanwhile stays.
      setText(element.value.startsWith(text) ? element.value.slice(text.length) : element.value);
    }, CLEAR_AFTER_MS);
  }

  /** Earlier prompts, newest first; only from an empty box, or while going through them. */
  function recall(step: 1 | -1): boolean {
    const element = area.current;
    if (!element) return false;
    const now = recalled.current;
    if (now ? element.value !== now.text : element.value !== '' || step < 0) return false;
    const prompts = page.state
      .peek()
      .folded.items.flatMap((item) => (item.kind === 'prompt' && item.prompt.text !== '' ? [item.prompt.text] : []));
    const index = (now?.index ?? -1) + step;
    const text = index < 0 ? '' : prompts[prompts.length - 1 - index];
    if (text === undefined) return true;
    recalled.current = index < 0 ? undefined : { index, text };
    setText(text);
    completion.close();
    return true;
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (composition.owns(event)) {
      event.stopPropagation();
      return;
    }
    if (completion.takeKey(event)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.key === 'Enter') {
      const sends = config.useCtrlEnterToSend ? event.ctrlKey || event.metaKey : !event.shiftKey && !event.altKey;
      if (!sends) return;
      event.preventDefault();
      // A key that is still held down from the card that had the focus before sends nothing.
      if (!event.repeat) void send();
    } else if (event.key === 'Tab' && event.shiftKey) {
      event.preventDefault();
      if (!focusQuestion()) cycleMode();
    } else if ((event.key === 'ArrowUp' && recall(1)) || (event.key === 'ArrowDown' && recall(-1))) {
      event.preventDefault();
    }
  }

  /** While a question waits, the way back leads to it. */
  function focusQuestion(): boolean {
    if ((page.state.peek().conversation?.questions.length ?? 0) === 0) return false;
    const card = document.querySelector('.question-card');
    const first = card?.querySelector<HTMLElement>('button, input, textarea, select, .buttons > *, [tabindex="0"]');
    first?.focus();
    return first != null;
  }

  function cycleMode(): void {
    const mode = page.state.peek().conversation?.mode;
    const { modes } = page.state.peek().config;
    const next = modes[((mode ? modes.indexOf(mode) : -1) + 1) % modes.length];
    if (next) page.post({ type: 'setMode', mode: next });
  }

  async function addPictures(list: readonly File[]): Promise<void> {
    const { accepted, refused } = await readPictures(list);
    attachments.value = [...attachments.value, ...accepted];
    refusal.value = refused.join(' ');
  }

  const { isOpen: menu, active, commands, prompts, files } = completion;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files may be dropped anywhere on it; buttons do the same.
    <div
      class="composer"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const dropped = event.dataTransfer ? readDropped(event.dataTransfer) : { files: [], attachments: [] };
        attachments.value = [...attachments.value, ...dropped.attachments];
        if (dropped.files.length > 0) void addPictures(dropped.files);
      }}
    >
      {menu && (
        <Suggestions
          commands={commands}
          prompts={prompts}
          files={files}
          active={active}
          onChoose={completion.choose}
          onActive={completion.setActive}
        />
      )}
      <div class="composer-box">
        <div class="composer-extras">
          <SelectionChip />
          {attachments.value.length > 0 && (
            <AttachmentChips
              attachments={attachments.value}
              onRemove={(index) => {
                attachments.value = attachments.value.filter((_, i) => i !== index);
                area.current?.focus();
              }}
            />
          )}
        </div>
        {refusal.value !== '' && (
          <div class="refusal" role="alert">
            <Icon name="warning" /> {refusal.value}
          </div>
        )}
        <textarea
          ref={area}
          class="composer-text"
          rows={2}
          dir="auto"
          data-testid="composer"
          aria-label={t('Message')}
          aria-autocomplete="list"
          aria-controls={menu ? 'suggestions' : undefined}
          aria-activedescendant={menu && active >= 0 ? `suggestion-${active}` : undefined}
          placeholder={running ? t('Write the next message…') : t('Ask for a change, or ask about the code')}
          onInput={textChanged}
          onSelect={completion.look}
          onBlur={completion.close}
          onCompositionStart={() => composition.start()}
          onCompositionEnd={() => composition.end()}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            const files = [...(event.clipboardData?.files ?? [])];
            if (files.length === 0) return;
            event.preventDefault();
            void addPictures(files);
          }}
        />
        <Footer
          running={running}
          canSend={!empty || attachments.value.length > 0}
          onSend={() => void send()}
          onStop={() => page.post({ type: 'stop' })}
          onMention={() =>
            typeIn(/(^|\s)$/.test(area.current?.value.slice(0, area.current.selectionStart) ?? '') ? '@' : ' @')
          }
          onPictures={(files) => void addPictures(files)}
        />
      </div>
    </div>
  );
}
