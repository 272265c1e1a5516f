// Type a command, a path, an address or the name of a tool, and see what would be decided, and why. Nothing runs.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ExplainedTool } from '../../src/permissionsProtocol.ts';
import { Button } from '../components.ts';
import { watchComposition } from '../ime.ts';
import { t } from '../l10n.ts';
import { sayFrom } from '../say.ts';
import { Icon } from '../view/icon.tsx';
import { Menu } from '../view/menu.tsx';
import { outcomeName } from '../view/permissionWords.ts';
import { ExplainedCard } from './explained.tsx';
import { usePermissions } from './page.ts';

export function ExplainBox() {
  const { post, state } = usePermissions();
  const { box, explained, page } = state.value;
  const [tool, setTool] = useState<ExplainedTool>('Bash');
  const area = useRef<HTMLTextAreaElement>(null);
  const composition = useMemo(watchComposition, []);
  const choices = tools();

  useEffect(() => {
    if (box.wanted === 0) return;
    if (box.tool) setTool(box.tool);
    if (area.current && box.text !== undefined) area.current.value = box.text;
    area.current?.focus();
  }, [box]);

  function explain(): void {
    const text = area.current?.value ?? '';
    if (text.trim() !== '') post({ type: 'explain', tool, text });
  }

  return (
    <section aria-labelledby="explain-title">
      <h2 id="explain-title">
        <Icon name="question" /> {t('What would happen?')}
      </h2>
      <div class="explain-row">
        <Menu
          label={choices.find((one) => one.id === tool)?.label ?? tool}
          title={t('Kind of call')}
          choices={choices}
          chosen={tool}
          onChoose={(id) => {
            const chosen = choices.find((one) => one.id === id);
            if (chosen) setTool(chosen.id);
          }}
          testId="explain-tool"
          data={{ 'data-tool': tool }}
        />
        <textarea
          ref={area}
          rows={1}
          class="explain-text"
          dir="ltr"
          spellcheck={false}
          placeholder={placeholder(tool)}
          aria-label={placeholder(tool)}
          aria-describedby="explain-hint"
          data-testid="explain-text"
          onCompositionStart={() => composition.start()}
          onCompositionEnd={() => composition.end()}
          onKeyDown={(event) => {
            if (composition.owns(event) || event.key !== 'Enter' || event.shiftKey) return;
            event.preventDefault();
            explain();
          }}
        />
        <Button kind="primary" data-testid="explain" onClick={explain}>
          {t('Explain')}
        </Button>
      </div>
      <p class="quiet" id="explain-hint">
        {t('Enter shows what would be decided now. Nothing runs, and nobody is asked.')}
      </p>
      <p class="hidden" role="status">
        {explained &&
          `${outcomeName(explained.decision.kind)}. ${sayFrom(explained.decision.because, page?.root ?? '')}`}
      </p>
      {explained && <ExplainedCard explained={explained} />}
    </section>
  );
}

function tools(): Array<{ id: ExplainedTool; label: string; icon: string }> {
  return [
    { id: 'Bash', label: t('Run a command'), icon: 'terminal' },
    { id: 'Read', label: t('Read a file'), icon: 'file' },
    { id: 'Edit', label: t('Change a file'), icon: 'edit' },
    { id: 'WebFetch', label: t('Fetch an address'), icon: 'globe' },
    { id: 'mcp', label: t('Use another tool'), icon: 'tools' },
  ];
}

function placeholder(tool: ExplainedTool): string {
  switch (tool) {
    case 'Bash':
      return t('A command, such as: npm test');
    case 'Read':
    case 'Edit':
      return t('A path, such as: src/index.ts');
    case 'WebFetch':
      return t('An address, such as: https://example.com/');
    case 'mcp':
      return t('The name of a tool, such as: mcp__github__create_issue');
  }
}
