// How the page calls scopes and states.
import type { ServerRow } from '../../src/mcpProtocol.ts';
import { t } from '../l10n.ts';

export function scopeName(scope: ServerRow['scope']): string {
  switch (scope) {
    case 'managed':
      return t('Organisation');
    case 'local':
      return t('You, in this folder');
    case 'project':
      return t('This project');
    case 'user':
      return t('You, in all folders');
    case 'editor':
      return t('VS Code’s file');
  }
}

export type Status = { text: string; icon: string; tone: 'good' | 'quiet' | 'warning' | 'error' };

export function statusOf({ standing, state, because }: ServerRow): Status {
  switch (standing) {
    case 'pending':
      if (because?.code === 'mcp.server.changed' || because?.code === 'mcp.server.filesChanged')
        return { text: t('Changed since your approval'), icon: 'diff', tone: 'warning' };
      return { text: t('Pending approval'), icon: 'question', tone: 'warning' };
    case 'rejected':
      return { text: t('Rejected'), icon: 'circle-slash', tone: 'quiet' };
    case 'disabled':
      return { text: t('Switched off'), icon: 'circle-slash', tone: 'quiet' };
    case 'blocked':
      return { text: t('Blocked by settings'), icon: 'lock', tone: 'quiet' };
    case 'notConfigured':
      return { text: t('Not configured'), icon: 'circle-outline', tone: 'quiet' };
    case 'invalid':
      return { text: t('Faulty entry'), icon: 'error', tone: 'error' };
  }
  switch (state?.state) {
    case 'connected':
      return { text: t('Connected, tools: {count}', { count: state.tools }), icon: 'pass', tone: 'good' };
    case 'connecting':
      return { text: t('Connecting…'), icon: 'loading', tone: 'quiet' };
    case 'needsAuthentication':
      return { text: t('Needs a sign-in'), icon: 'key', tone: 'warning' };
    case 'failed':
      return { text: t('Not connected'), icon: 'error', tone: 'error' };
  }
  return { text: t('Starts with the first conversation'), icon: 'circle-outline', tone: 'quiet' };
}
