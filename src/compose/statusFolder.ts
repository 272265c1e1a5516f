// The status of one root folder: what is in use there, and a walk to the model on the way that its requests take.
import { randomUUID } from 'node:crypto';
import type { HopName, Network } from '../contracts/network.ts';
import type { Provider } from '../contracts/provider.ts';
import type { FolderStatus } from '../host/statusView.ts';
import type { CheckedHop } from '../statusProtocol.ts';
import { REHEARSAL } from './accountOf.ts';
import { statusCheck } from './statusCheck.ts';
import { credentialInUse } from './statusCredential.ts';
import { type FactsParts, statusFacts } from './statusFacts.ts';
import { readOrigins } from './statusOrigins.ts';
import { placeOf } from './statusPlaces.ts';

/** `provider`: the one of every conversation, with its meter. */
export type StatusFolderParts = FactsParts & { provider: Provider; probe: Network['probe'] };

export function statusFolder(parts: StatusFolderParts): FolderStatus {
  return {
    facts: (model) => statusFacts(parts, model),
    async *check(model, signal) {
      const env = parts.env();
      const settings = parts.settings();
      const credential = credentialInUse(await parts.account(model), env, parts.helpers());
      const place = placeOf(model, env, parts.sendAs(model));
      const events = statusCheck(
        {
          probe: parts.probe,
          provider: parts.provider,
          place,
          model,
          rehearsal: model === REHEARSAL,
          withoutCredential: credential.because.code === 'status.credential.skipped',
          blocked: settings.blocked?.because,
          newId: randomUUID,
          now: Date.now,
        },
        signal,
      );
      for await (const event of events) {
        if (event.type === 'cost' || event.hop.state !== 'failed') yield event;
        else yield { type: 'hop', hop: await withFile(event.hop) };
      }

      /** Where what failed was set, so that a person gets there at once. */
      async function withFile(hop: CheckedHop): Promise<CheckedHop> {
        if (hop.hop === 'model' && settings.blocked !== undefined) return { ...hop, file: settings.blocked.file };
        const originOf = await readOrigins(settings, parts.processEnv);
        const name = NAMES[hop.hop] ?? (hop.hop === 'authentication' ? credential.name : place.variable);
        const wanted = hop.because.args['source'] ?? name;
        const kind = hop.hop === 'authentication' && credential.setting ? 'setting' : 'variable';
        const file = wanted === undefined ? undefined : originOf(wanted, kind)?.file;
        return file === undefined ? hop : { ...hop, file };
      }
    },
  };
}

const NAMES: Partial<Record<HopName, string>> = {
  certificate: 'NODE_EXTRA_CA_CERTS',
  clientCertificate: 'CLAUDE_CODE_CLIENT_CERT',
};
