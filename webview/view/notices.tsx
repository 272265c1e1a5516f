// Banners above the conversation.

import type { Because } from '../../src/contracts/permission.ts';
import type { Notice } from '../../src/protocol.ts';
import { useNow } from '../clock.ts';
import { Button } from '../components.ts';
import { timeOf } from '../format.ts';
import { t } from '../l10n.ts';
import { usePage, useRoot, useSelect } from '../page.ts';
import { say, sayFrom } from '../say.ts';
import { Icon, IconButton } from './icon.tsx';

const ICONS = { info: 'info', warning: 'warning', error: 'error' } as const;

export function Notices() {
  const page = usePage();
  const root = useRoot();
  const locale = useSelect((state) => state.config.locale);
  const told = useSelect((state) => state.notices);
  const now = useNow(told.some(({ untilMs }) => untilMs !== undefined));
  const notices = told.filter(({ untilMs }) => untilMs === undefined || untilMs > now);
  if (notices.length === 0) return null;
  return (
    <div class="banners">
      {notices.map((notice) => {
        const buttons = [notice.action, notice.second].filter((one) => one !== undefined);
        return (
          <div
            key={notice.id}
            class={`notice notice-${notice.kind}`}
            data-testid="notice"
            data-kind={notice.kind}
            data-notice={notice.id}
            role={notice.kind === 'error' ? 'alert' : 'status'}
          >
            <Icon name={ICONS[notice.kind]} />
            <div class="notice-text">
              {sayFrom(withTime(notice, now, locale), root)}
              {buttons.length > 0 && (
                <div class="notice-buttons">
                  {buttons.map(({ command, label }) => (
                    <Button key={command} onClick={() => page.post({ type: 'command', command })}>
                      {say(label)}
                    </Button>
                  ))}
                </div>
              )}
            </div>
            <IconButton
              icon="close"
              label={t('Dismiss')}
              onClick={() => page.post({ type: 'dismissNotice', id: notice.id })}
            />
          </div>
        );
      })}
    </div>
  );
}

/** Times are said by the clock of the person who reads. */
function withTime({ because, untilMs }: Notice, nowMs: number, locale: string): Because {
  return untilMs === undefined
    ? because
    : { ...because, args: { ...because.args, time: timeOf(untilMs, nowMs, locale) } };
}
