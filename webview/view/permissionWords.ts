// The words of permissions, the same wherever they stand.
import type { Behavior, SettingsScope } from '../../src/contracts/permission.ts';
import type { PastAnswer } from '../../src/permissionsProtocol.ts';
import { t } from '../l10n.ts';

export function behaviorName(behavior: Behavior): string {
  return behavior === 'allow' ? t('allow') : behavior === 'ask' ? t('ask') : t('deny');
}

/** What a decision meant for the call, and what the person said where one was asked. */
export function outcomeName(decision: Behavior, answer?: PastAnswer): string {
  switch (answer) {
    case 'allowed':
      return t('Asked, allowed');
    case 'partly':
      return t('Asked, partly allowed');
    case 'denied':
      return t('Asked, denied');
    case 'answered':
      return t('Asked, answered');
  }
  return decision === 'allow' ? t('Allowed') : decision === 'ask' ? t('Asks') : t('Denied');
}

export function outcomeIcon(decision: Behavior): string {
  return decision === 'allow' ? 'pass' : decision === 'ask' ? 'question' : 'circle-slash';
}

export function scopeName(scope: SettingsScope): string {
  switch (scope) {
    case 'managed':
      return t('set by your organisation');
    case 'session':
      return t('this conversation');
    case 'local':
      return t('this project, only you');
    case 'project':
      return t('this project');
    case 'user':
      return t('all your projects');
    case 'builtin':
      return t('built in');
  }
}

export function modeName(mode: string): string {
  switch (mode) {
    case 'default':
      return t('Manual');
    case 'acceptEdits':
      return t('Edit automatically');
    case 'plan':
      return t('Plan');
    case 'dontAsk':
      return t("Don't ask");
    case 'bypassPermissions':
      return t('Bypass permissions');
    default:
      return mode;
  }
}
