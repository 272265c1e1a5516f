// Why signing in did not come to its end, as a sentence that says what to do next.
import type { Because } from '../contracts/permission.ts';
import { sayInEnglish } from './phrases.ts';

/**
 * `message` is the English sentence; surfaces translate `because`. Has no cause: there libraries keep whole answers,
 * tokens included.
 */
export class LoginFailure extends Error {
  readonly because: Because;

  constructor(code: string, args: Record<string, string> = {}) {
    const because = { code: `login.${code}`, args };
    super(sayInEnglish(because));
    this.name = 'LoginFailure';
    this.because = because;
  }
}
