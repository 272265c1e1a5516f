// Takes a remembered rule out of its file, for the page that shows what would go before it goes.
import path from 'node:path';
import type { PlanRemoval } from '../host/removals.ts';
import { carryOutForget, planForget, undoForget } from '../settings/forget.ts';

export const planRemoval: PlanRemoval = async ({ file = '', text, behavior, scope }) => {
  // A person's own file may be a link to wherever they keep it; one of the repository may not lead out of it.
  const within = scope === 'user' ? undefined : path.dirname(path.dirname(file));
  const plan = await planForget({ file, rule: text, behavior, ...(within === undefined ? {} : { within }) });
  return {
    lines: { file, removed: plan.removed, added: plan.added },
    carryOut: () => carryOutForget(plan),
    undo: () => undoForget(plan),
  };
};
