// A failure of settings that a person is told of in their language.
import type { Because } from '../contracts/permission.ts';
import { sayInEnglish } from '../util/phrases.ts';

/** `message` is the English sentence; surfaces translate `because`. */
export class SettingsFault extends Error {
  readonly because: Because;

  constructor(because: Because) {
    super(sayInEnglish(because));
    this.name = 'SettingsFault';
    this.because = because;
  }
}
