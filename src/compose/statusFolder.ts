// The status of one root folder: what is in use there, and a walk to the model on the way that its requests take.
import { randomUUID } from 'node:crypto';
import type { Network } from '../contracts/network.ts';
import type { Provider } from '../contracts/provider.ts';
import type { FolderStatus } from '../host/statusView.ts';
import { REHEARSAL } from './accountOf.ts';
import { statusCheck } from './statusCheck.ts';
import { credentialInUse } from './statusCredential.ts';
import { type FactsParts, statusFacts } from './statusFacts.ts';
import { placeOf } from './statusPlaces.ts';

/** `provider`: the one of every conversation, with its meter. */
export type StatusFolderParts = FactsParts & { provider: Provider; probe: Network['probe'] };

export function statusFolder(parts: StatusFolderParts): FolderStatus {
  return {
    facts: (model) => statusFacts(parts, model),
    async *check(model, signal) {
      const env = parts.env();
      const { because } = credentialInUse(await parts.account(model), env, parts.helpers());
      yield* statusCheck(
        {
          probe: parts.probe,
          provider: parts.provider,
          place: placeOf(model, env, parts.sendAs(model)),
          model,
          rehearsal: model === REHEARSAL,
          withoutCredential: because.code === 'status.credential.skipped',
          blocked: parts.settings().blocked?.because,
          newId: randomUUID,
          now: Date.now,
        },
        signal,
      );
    },
  };
}
