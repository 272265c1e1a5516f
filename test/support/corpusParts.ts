// What a corpus is put to: the product's own functions, with the parsers of node_modules.
import { decide } from '../../src/permissions/decide.ts';
import { describeCall } from '../../src/permissions/describeCall.ts';
import { lookUpFacts } from '../../src/permissions/facts.ts';
import { shellReader } from './shellReader.ts';

export const corpusParts = async () => ({ decide, lookUpFacts, describeCall, shell: await shellReader() });
