// Why a request cannot be sent with the credential that counts.
import type { Because } from '../contracts/permission.ts';
import { sayInEnglish } from '../util/phrases.ts';

/** `detail` are another program's or service's own words, without secrets. */
export class CredentialProblem extends Error {
  readonly because: Because;
  readonly detail: string;

  constructor(code: string, args: Record<string, string> = {}, detail = '') {
    super(sayInEnglish({ code, args }));
    this.because = { code, args };
    this.detail = detail;
  }
}
