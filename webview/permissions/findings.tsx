// What is wrong with the files, and what may be wrong with the rules.
import type { FindingRow } from '../../src/permissionsProtocol.ts';
import { fileName } from '../format.ts';
import { t } from '../l10n.ts';
import { sayFrom } from '../say.ts';
import { Code } from '../view/code.tsx';
import { Icon } from '../view/icon.tsx';
import { Visible } from '../view/visible.ts';
import { usePermissions } from './page.ts';
import { Shorter } from './shorter.tsx';

export function Findings({ findings }: { findings: FindingRow[] }) {
  if (findings.length === 0) return null;
  return (
    <section aria-labelledby="findings-title">
      <h2 id="findings-title">
        <Icon name="warning" /> {t('Worth a look')} <span class="quiet">{findings.length}</span>
      </h2>
      <Shorter items={findings} few={8} draw={(finding) => <Finding key={finding.id} finding={finding} />} />
    </section>
  );
}

function Finding({ finding }: { finding: FindingRow }) {
  const { openFile, state } = usePermissions();
  const { file, line, rule, severity } = finding;
  const words = sayFrom(finding.because, state.value.page?.root ?? '');
  return (
    <li class={`finding notice-${severity}`} data-testid="finding" data-severity={severity}>
      <Icon name={severity} />
      <span class="hidden">{severityName(severity)}</span>
      <div class="finding-text">
        {rule !== undefined && !words.includes(rule) && <Code text={rule} />} <Visible text={words} />{' '}
        {file !== undefined && (
          <button type="button" class="link-button" title={file} onClick={() => openFile(file, line)}>
            {fileName(file)}
            {line === undefined ? '' : `:${line}`}
          </button>
        )}
      </div>
    </li>
  );
}

function severityName(severity: FindingRow['severity']): string {
  return severity === 'error' ? t('Error') : severity === 'warning' ? t('Warning') : t('Note');
}
