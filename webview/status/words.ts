// What the status page says of a check as a whole, and of one step.
import type { HopName } from '../../src/contracts/network.ts';
import type { Check, CheckedHop, Remedy } from '../../src/statusProtocol.ts';
import { t } from '../l10n.ts';
import { say } from '../say.ts';

export function stepName(hop: HopName): string {
  return say({ code: `status.step.${hop}`, args: {} });
}

export function failedHop(check: Check): CheckedHop | undefined {
  return check.hops.find(({ state }) => state === 'failed');
}

/** The result in one sentence. */
export function verdict(check: Check): string {
  const failed = failedHop(check);
  if (failed !== undefined) return t('The step “{step}” fails.', { step: stepName(failed.hop) });
  switch (check.state) {
    case 'running':
      return t('Walking to {model}…', { model: check.model });
    case 'cancelled':
      return t('The check was cancelled.');
    case 'done':
      return t('Every step to {model} works.', { model: check.model });
  }
}

/** What a screen reader is told, once, when the check has come to its end. */
export function announcement(check: Check | undefined): string {
  if (check === undefined || check.state === 'running') return '';
  const failed = failedHop(check);
  return failed === undefined ? verdict(check) : `${verdict(check)} ${say(failed.because)}`;
}

export function stateName(state: CheckedHop['state'] | 'waiting' | 'running'): string {
  switch (state) {
    case 'ok':
      return t('works');
    case 'failed':
      return t('fails');
    case 'skipped':
      return t('skipped');
    case 'running':
      return t('is under way');
    case 'waiting':
      return t('waits');
  }
}

export function remedyName(remedy: Remedy): string {
  switch (remedy) {
    case 'settings':
      return t('Open the settings file');
    case 'editorSettings':
      return t('Open VS Code’s network settings');
    case 'signIn':
      return t('Sign in');
    case 'model':
      return t('Choose a model');
    case 'usage':
      return t('Show usage');
    case 'log':
      return t('Show log');
  }
}
