// Where the person writes. The text lives in the text area itself, never set while an input method is at work.
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Attachment } from '../../src/contracts/message.ts';
import type { Mention } from '../../src/protocol.ts';
import { commandOf, type SlashCommand, slashCommands } from '../commands.ts';
import { readDropped, readPictures } from '../files.ts';
import { watchComposition } from '../ime.ts';
import { t } from '../l10n.ts';
import {
  type Completion,
  completionAt,
  mentionAttachments,
  mentionText,
  nameOf,
  remember,
  unknownMentions,
} from '../mentions.ts';
import { usePage, useSelect } from '../page.ts';
import { AttachmentChips } from './attachments.tsx';
import { Footer } from './footer.tsx';
import { Icon } from './icon.tsx';
import { SelectionChip } from './selectionChip.tsx';
import { Suggestions } from './suggestions.tsx';

const QUERY_AFTER_MS = 60;
/** A server is asked for values of an argument. */
const ARGUMENT_AFTER_MS = 200;
const DRAFT_AFTER_MS = 300;
/** How long a prompt waits for the extension to say which file a mention means. */
const MENTION_WAIT_MS = 400;
/** A prompt is on its way before the page is laid out anew: that takes longer than the way. */
const CLEAR_AFTER_MS = 8;

export function Composer() {
  const page = usePage();
  const config = useSelect((state) => state.config);
  const running = useSelect((state) => state.conversation?.running ?? false);
  const conversation = useSelect((state) => state.conversation?.id);
  const generation = useSelect((state) => state.generation);
  const mentions = useSelect((state) => state.mentions);
  const served = useSelect((state) => state.commands);
  const inserted = useSelect((state) => state.inserted);
  const focusRequests = useSelect((state) => state.focusRequests);

  const area = useRef<HTMLTextAreaElement>(null);
  const composition = useMemo(watchComposition, []);
  const known = useRef(new Map<string, Mention>());
  const chosen = useRef(new Map<string, Mention>());
  const timers = useRef<{ query?: number; draft?: number }>({});
  const sending = useRef(false);
  const recalled = useRef<{ index: number; text: string } | undefined>(undefined);
  const attachments = useSignal<readonly Attachment[]>([]);
  const refusal = useSignal('');
  const [completion, setCompletion] = useState<Completion>();
  const [active, setActive] = useState(0);
  const [empty, setEmpty] = useState(true);

  remember(known.current, mentions?.items ?? []);

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
    window.clearTimeout(timers.current.draft);
    timers.current.draft = window.setTimeout(() => page.post({ type: 'draft', text }), DRAFT_AFTER_MS);
    complete();
  }

  function complete(): void {
    const element = area.current;
    if (!element) return;
    const found =
      element.selectionStart === element.selectionEnd ? completionAt(element.value, element.selectionStart) : undefined;
    const same =
      found?.sign === completion?.sign && found?.query === completion?.query && found?.from === completion?.from;
    if (same) return;
    setCompletion(found);
    // Of what an argument may be, nothing is chosen by itself: what was typed counts.
    setActive(found && isArgument(found) ? -1 : 0);
    window.clearTimeout(timers.current.query);
    if (found === undefined) return;
    const { sign, query } = found;
    const ask = () =>
      page.post(sign === '@' ? { type: 'mentionQuery', query } : { type: 'commandQuery', query: `/${query}` });
    timers.current.query = window.setTimeout(ask, isArgument(found) ? ARGUMENT_AFTER_MS : QUERY_AFTER_MS);
  }

  const commands = completion?.sign === '/' ? slashCommands(completion.query) : [];
  const prompts =
    completion?.sign === '/' && served?.query === `/${completion.query}`
      ? served.items.filter(({ text }) => text.trimEnd() !== served.query)
      : [];
  const files = completion?.sign === '@' ? (mentions?.items ?? []) : [];
  const choices = completion?.sign === '/' ? commands.length + prompts.length : files.length;

  function choose(index: number): void {
    if (!completion) return;
    const command = commands[index];
    const prompt = prompts[index - commands.length];
    const file = files[index];
    setCompletion(undefined);
    if (command) chooseCommand(command);
    // What is to be gone on with is completed at once.
    else if (prompt) typeIn(prompt.text, 0);
    else if (file) {
      // What was chosen is meant, whatever else is offered by that name.
      chosen.current.set(nameOf(file), file);
      typeIn(`${mentionText(file)}${file.kind === 'resource' && file.open ? '' : ' '}`, completion.from);
    }
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
    const unknown = unknownMentions(text, known.current);
    window.clearTimeout(timers.current.query);
    // One after the other: a newer query ends an older one.
    for (const name of unknown) await askFor(name);
    // Whoever went on typing meanwhile is not done.
    if (element.value !== text) return;
    const { selection, selectionOn } = page.state.peek();
    page.post({
      type: 'send',
      text,
      attachments: [...attachments.value, ...mentionAttachments(text, new Map([...known.current, ...chosen.current]))],
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

  /** Resolves when the extension has answered for a name, or after a moment. */
  function askFor(name: string): Promise<void> {
    const asked = name.replace(/\/$/, '');
    page.post({ type: 'mentionQuery', query: asked });
    return new Promise((resolve) => {
      const done = () => {
        stop();
        window.clearTimeout(timer);
        resolve();
      };
      const timer = window.setTimeout(done, MENTION_WAIT_MS);
      const stop = page.state.subscribe((state) => {
        if (state.mentions?.query !== asked) return;
        remember(known.current, state.mentions.items);
        queueMicrotask(done);
      });
    });
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
    setCompletion(undefined);
    return true;
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (composition.owns(event)) {
      event.stopPropagation();
      return;
    }
    if (completion && choices > 0 && menuKey(event)) {
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

  function menuKey(event: KeyboardEvent): boolean {
    if (event.key === 'ArrowDown') setActive((active + 1) % choices);
    else if (event.key === 'ArrowUp') setActive(active <= 0 ? choices - 1 : active - 1);
    else if (event.key === 'Tab' && !event.shiftKey) choose(Math.max(0, active));
    else if (event.key === 'Enter' && !event.shiftKey && active >= 0) choose(active);
    else if (event.key === 'Escape') setCompletion(undefined);
    else return false;
    return true;
  }

  /** While a question waits, the way back leads to it. */
  function focusQuestion(): boolean {
    if ((page.state.peek().conversation?.questions.length ?? 0) === 0) return false;
    const card = document.querySelector('.question-card');
    const first = card?.querySelector<HTMLElement>(
      'button, input, textarea, select, .other-text, .buttons > *, [tabindex="0"]',
    );
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

  const menu = completion !== undefined && choices > 0;
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
          onChoose={choose}
          onActive={setActive}
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
          onSelect={complete}
          onBlur={() => setCompletion(undefined)}
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

/** A command with something behind it. */
function isArgument({ sign, query }: Completion): boolean {
  return sign === '/' && /\s/.test(query);
}
