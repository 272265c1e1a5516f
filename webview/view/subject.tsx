// Exactly what a person is asked about, with every character that could hide something made visible.
import { hasInvisible } from '../../src/util/invisible.ts';
import { t } from '../l10n.ts';
import { LongText } from './longText.tsx';
import { Visible } from './visible.ts';

export function Subject({ text }: { text: string }) {
  return (
    <div class="subject">
      {/* A dangerous end must not hide below the edge: a long subject is shown from its end. */}
      <LongText text={text} from="end" testId="permission-subject">
        <Visible text={text} />
      </LongText>
      {hasInvisible(text) && (
        <div class="caution">
          {t('It contains characters that cannot be seen or pass for others. They are shown as ⟨U+…⟩.')}
        </div>
      )}
    </div>
  );
}
