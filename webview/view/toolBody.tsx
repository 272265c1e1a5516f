// The inside of a tool card: what was asked for, and what came back.
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Change } from '../../src/contracts/edit.ts';
import type { ToolOutput } from '../../src/contracts/tool.ts';
import { overwriteLines, showControls, stripAnsi } from '../../src/util/ansi.ts';
import { isCommandTool } from '../../src/util/isCommandTool.ts';
import { insideText } from '../../src/util/outsideText.ts';
import { fileName, fromRoot, short } from '../format.ts';
import type { ToolItem } from '../items.ts';
import { t } from '../l10n.ts';
import { usePage, useRoot } from '../page.ts';
import { inputText, toolText } from '../toolText.ts';
import { contextOf, HunkLines, splitLines } from './diffLines.tsx';
import { Icon } from './icon.tsx';

/** Characters of output a card shows before it is asked for all. */
const CHARACTERS = 8_000;

export function ToolBody({ item }: { item: ToolItem }) {
  const page = usePage();
  const root = useRoot();
  const { call, output } = item;
  const detail = output?.detail;
  const file = toolText(call, root).file;
  const killed = page.kept.of(`killed:${call.id}`, false);
  const background = detail?.type === 'command' ? detail.backgroundId : undefined;
  const aside = detail?.type === 'server' ? detail : undefined;
  const asideText = aside?.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n') ?? '';
  const images = [...(output?.content ?? []), ...(aside?.content ?? [])].flatMap((block) =>
    block.type === 'image' ? [block] : [],
  );

  return (
    <div class="tool-body">
      {isCommandTool(call.name) && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long command scrolls, and must do so by keyboard too.
        <pre class="tool-command" tabIndex={0} dir="ltr">
          {inputText(call.input, 'command') ?? ''}
        </pre>
      )}
      {file && detail?.type !== 'edit' && (
        <button type="button" class="link-button tool-file" onClick={() => page.post({ type: 'openFile', path: file })}>
          {t('Open {file}', { file: fileName(file) })}
        </button>
      )}
      {detail?.type === 'edit' ? (
        <div data-testid="tool-output">
          {detail.changes.map((change) => (
            <SmallDiff key={change.path} change={change} keep={call.id} path={fromRoot(change.path, root)} />
          ))}
          {detail.changes.length > 0 && (
            <button
              type="button"
              class="text-button tool-undo"
              data-testid="tool-undo"
              onClick={() => page.post({ type: 'undoCall', call: call.id })}
            >
              <Icon name="discard" /> {t('Undo this edit…')}
            </button>
          )}
          {detail.userModified && <div class="quiet">{t('With changes of your own')}</div>}
          {output?.isError && <Output item={item} />}
        </div>
      ) : (
        <Output item={item} />
      )}
      {aside?.tokens !== undefined && (
        <div class="quiet">
          {t(
            'This result takes about {count} tokens of what the model can keep in mind. Ask for less, or set MAX_MCP_OUTPUT_TOKENS lower.',
            { count: short(aside.tokens) },
          )}
        </div>
      )}
      {asideText !== '' && (
        <>
          <div class="quiet">{t('For you alone; the model was not given this:')}</div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text scrolls, and must do so by keyboard too. */}
          <pre class="tool-output" tabIndex={0} data-testid="tool-aside" dir="ltr">
            {clean(asideText)}
          </pre>
        </>
      )}
      {images.map((image, i) => (
        <img
          key={i}
          class="tool-image"
          src={`data:${image.mediaType};base64,${image.data}`}
          alt={t('Picture from the tool')}
        />
      ))}
      {background && (
        <div class="tool-background">
          <Icon name="server-process" /> <span>{t('Runs in the background ({id})', { id: background })}</span>
          <button
            type="button"
            class="text-button"
            data-testid="tool-kill"
            disabled={killed.value}
            onClick={() => {
              killed.value = true;
              page.post({ type: 'killRun', id: background });
            }}
          >
            <Icon name="debug-stop" /> {killed.value ? t('Stopping…') : t('Stop it')}
          </button>
        </div>
      )}
    </div>
  );
}

function Output({ item }: { item: ToolItem }) {
  const page = usePage();
  const box = useRef<HTMLPreElement>(null);
  const all = page.kept.of(`all:${item.call.id}`, false);
  const text = useMemo(() => outputText(item), [item]);
  const running = item.status === 'running';
  const cutByTool = item.output?.detail?.type === 'command' && item.output.detail.truncated;
  const cut = text.length > CHARACTERS || cutByTool;
  // The end is what tells: the newest line while it runs, the error when it is done.
  const whole = item.whole === undefined ? text : clean(wordsOf(item, item.whole));
  const shown = all.value ? whole : text.slice(-CHARACTERS);
  useLayoutEffect(() => {
    if (box.current && (running || !all.value)) box.current.scrollTop = box.current.scrollHeight;
  }, [shown, running]);
  if (shown === '' && !running) {
    return (
      <div class="quiet" data-testid="tool-output">
        {item.output ? t('No output') : ''}
      </div>
    );
  }
  const server = serverOf(item);
  return (
    <>
      {server !== undefined && <div class="quiet">{t('Words of the server {server}', { server })}</div>}
      {cut && !all.value && (
        <button
          type="button"
          class="link-button"
          onClick={() => {
            all.value = true;
            page.post({ type: 'toolOutput', call: item.call.id });
          }}
        >
          {t('Show all of the output')}
        </button>
      )}
      <pre
        ref={box}
        class={`tool-output ${item.output?.isError ? 'bad' : ''}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: output scrolls, and must do so by keyboard too.
        tabIndex={0}
        data-testid="tool-output"
        dir="ltr"
      >
        {shown}
      </pre>
    </>
  );
}

function outputText(item: ToolItem): string {
  if (!item.output) return clean(item.progress);
  const { detail, content } = item.output;
  if (detail?.type === 'command' && !item.output.isError) return clean(joined(detail.stdout, detail.stderr));
  return clean(wordsOf(item, textOf(content)));
}

function textOf(content: ToolOutput['content']): string {
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

/** The marks around a server's words are for the model; a person reads whose words they are above them. */
function wordsOf({ call }: ToolItem, text: string): string {
  const inside = call.name.startsWith('mcp__') ? insideText(text) : undefined;
  return inside === undefined ? text : [inside.text, ...inside.notes].join('\n');
}

function serverOf({ call, output }: ToolItem): string | undefined {
  if (output === undefined || !call.name.startsWith('mcp__')) return undefined;
  return insideText(textOf(output.content))?.source.split('/', 1)[0];
}

function joined(stdout: string, stderr: string): string {
  if (stdout === '' || stderr === '') return stdout + stderr;
  return stdout.endsWith('\n') ? stdout + stderr : `${stdout}\n${stderr}`;
}

function clean(text: string): string {
  return showControls(overwriteLines(stripAnsi(text))).replace(/\n+$/, '');
}

function SmallDiff({ change, keep, path }: { change: Change; keep: string; path: string }) {
  const page = usePage();
  const file = useMemo(() => splitLines(change.before), [change]);
  const context = contextOf(change.hunks, 1);
  return (
    <div class="edit-diff" data-testid="edit-diff">
      <button
        type="button"
        class="link-button tool-file"
        onClick={() => page.post({ type: 'openFile', path: change.path })}
      >
        {path}
      </button>
      {change.hunks.map((hunk, i) => (
        <HunkLines
          key={hunk.id}
          hunk={hunk}
          file={file}
          lead={context[i]?.lead ?? 0}
          trail={context[i]?.trail ?? 0}
          keep={`${keep}:${hunk.id}`}
        />
      ))}
    </div>
  );
}
