// What a corpus is put to: the product's own functions, with the parsers of node_modules.
import { decide } from '../../src/permissions/decide.ts';
import { describeCall } from '../../src/permissions/describeCall.ts';
import { lookUpFacts } from '../../src/permissions/facts.ts';
import { hintsOf } from '../../src/util/toolHints.ts';
import { binding } from './corpus/binding.ts';
import { display } from './corpus/display.ts';
import { mcpCall, mcpConfig } from './corpus/mcp.ts';
import { render } from './corpus/render.ts';
import { settings } from './corpus/settings.ts';
import { shellReader } from './shellReader.ts';

export const corpusParts = async () => ({
  decide,
  lookUpFacts,
  describeCall,
  hintsOf,
  shell: await shellReader(),
  mcpCall,
  /** Kinds of rows that are no calls. */
  kinds: { render, display, binding, settings, 'mcp-config': mcpConfig },
});
