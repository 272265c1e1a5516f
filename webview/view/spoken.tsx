// What the model is told in somebody's name, under whose name it is.
import { t } from '../l10n.ts';
import { Visible } from './visible.ts';

export type Said = { role: 'user' | 'assistant'; text: string; pictures: number };

export function Spoken({ said: { role, text, pictures } }: { said: Said }) {
  const more = pictures === 0 ? '' : `\n${t('[pictures: {count}]', { count: pictures })}`;
  return <Words who={role === 'user' ? t('As the user') : t('As the model')} text={text + more} />;
}

export function Words({ who, text }: { who: string; text: string }) {
  return (
    <div>
      <span class="tag">{who}</span>
      <div class="elicit-message" dir="auto">
        <Visible text={text} />
      </div>
    </div>
  );
}
