// The functions of this part as the others are given them.
import type { EditFunctions } from '../contracts/edit.ts';
import { answersFor } from './answersFor.ts';
import { change } from './change.ts';
import { decode, encode, prepare } from './encoding.ts';
import { restoreLineEndings } from './lineEndings.ts';
import { merge } from './merge.ts';
import { rebase } from './rebase.ts';
import { recognise } from './recognise.ts';
import { rewrite } from './rewrite.ts';
import { settle } from './settle.ts';
import { withText } from './withText.ts';

export const editFunctions: EditFunctions = {
  change,
  settle,
  answersFor,
  withText,
  restoreLineEndings,
  merge,
  rebase,
  prepare,
  decode,
  encode,
  recognise,
  rewrite,
};
