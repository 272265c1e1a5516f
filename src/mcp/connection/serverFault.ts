// What went wrong with a server, as a code that every surface can say.
import type { Because } from '../../contracts/permission.ts';
import { sayInEnglish } from '../../util/phrases.ts';

/** `again`: a later attempt may succeed. `signIn`: it does once somebody has signed in. `lost`: the session is over. */
export type FaultKind = 'final' | 'again' | 'signIn' | 'lost';

export class ServerFault extends Error {
  readonly because: Because;
  readonly kind: FaultKind;

  constructor(because: Because, kind: FaultKind = 'final') {
    super(sayInEnglish(because));
    this.name = 'ServerFault';
    this.because = because;
    this.kind = kind;
  }
}
