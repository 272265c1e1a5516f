// What a form of a server says of its fields: how they are filled in, and what is wrong.
import type { FormFault, FormField } from '../../src/util/elicitForm.ts';
import { t } from '../l10n.ts';

export function exampleOf(field: FormField): string {
  if (field.kind !== 'text') return '';
  return {
    email: 'name@example.com',
    uri: 'https://',
    date: '2026-12-31',
    'date-time': '2026-12-31T18:00:00Z',
    '': '',
  }[field.format ?? ''];
}

/** What its schema asks of a value; empty when it asks for nothing. */
export function limitsOf(field: FormField): string {
  if (field.kind === 'flag' || field.kind === 'one') return '';
  const { kind, least, most } = field;
  if (kind === 'number' && least !== undefined && most !== undefined) return t('{least} to {most}', { least, most });
  const [few, many] = (
    {
      number: ['tooSmall', 'tooBig'],
      text: ['tooShort', 'tooLong'],
      many: ['tooFew', 'tooMany'],
    } as const
  )[kind];
  return [
    ...(least === undefined || (kind !== 'number' && least < 2) ? [] : [sayFault({ why: few, amount: least })]),
    ...(most === undefined ? [] : [sayFault({ why: many, amount: most })]),
  ].join(' ');
}

export function sayFault({ why, amount = 0 }: FormFault): string {
  switch (why) {
    case 'missing':
      return t('This is required.');
    case 'tooShort':
      return t('At least {amount} characters.', { amount });
    case 'tooLong':
      return t('At most {amount} characters.', { amount });
    case 'notNumber':
      return t('Enter a number.');
    case 'notWhole':
      return t('Enter a whole number.');
    case 'tooSmall':
      return t('At least {amount}.', { amount });
    case 'tooBig':
      return t('At most {amount}.', { amount });
    case 'tooFew':
      return t('Choose at least {amount}.', { amount });
    case 'tooMany':
      return t('Choose at most {amount}.', { amount });
    case 'notOffered':
      return t('Choose one of those that are offered.');
    case 'notEmail':
      return t('Enter a mail address.');
    case 'notUri':
      return t('Enter a whole address, such as https://example.com.');
    case 'notDate':
      return t('Enter a date, such as 2026-12-31.');
    case 'notDateTime':
      return t('Enter a date and time, such as 2026-12-31T18:00:00Z.');
  }
}
