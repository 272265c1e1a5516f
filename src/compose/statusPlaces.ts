// Where a request for a model would go, and what the model is called there.
import type { Because } from '../contracts/permission.ts';
import type { VendorId } from '../contracts/provider.ts';
import { bedrockUrl, regionFor } from '../providers/bedrock.ts';
import { bedrockModel, mantleModel } from '../providers/bedrockModels.ts';
import { baseUrlOf } from '../providers/credentials.ts';
import { foundryAddress } from '../providers/foundry.ts';
import { mantleUrl } from '../providers/mantle.ts';
import { wireModel } from '../providers/models.ts';
import { isEditorModel } from '../providers/routeProvider.ts';
import { vendorOf } from '../providers/vendorOf.ts';
import { vertexBaseUrl, vertexModelId, vertexProject, vertexRegion } from '../providers/vertexPlace.ts';
import { redact } from '../util/redact.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** `url` is left out for models of VS Code; `fault` says why there is none. `variable` is the one that may name another address. */
export type Place = {
  vendor: VendorId;
  /** The id on the wire. */
  wire: string;
  url?: URL;
  fault?: Because;
  variable?: string;
  region?: string;
  project?: string;
};

/** `env` with the settings, and as it counts after a sign-in; `sendAs` is the id that settings name. */
export function placeOf(model: string, env: Env, sendAs?: string): Place {
  if (isEditorModel(model)) return { vendor: 'editor', wire: model };
  const vendor = vendorOf(env);
  const id = wireModel(model).model;
  switch (vendor) {
    case 'bedrock': {
      const region = regionFor({ model }, env);
      const wire = sendAs ?? bedrockModel(id, region, env);
      return { vendor, region, wire, ...at(bedrockUrl(region, env), 'ANTHROPIC_BEDROCK_BASE_URL') };
    }
    case 'mantle': {
      const region = regionFor({ model }, env);
      const wire = sendAs ?? mantleModel(id);
      return { vendor, region, wire, ...at(mantleUrl(region, env), 'ANTHROPIC_BEDROCK_MANTLE_BASE_URL') };
    }
    case 'vertex': {
      const region = vertexRegion(id, env);
      const project = vertexProject(env, {});
      const wire = sendAs ?? vertexModelId(id);
      const found = at(vertexBaseUrl(region, env), 'ANTHROPIC_VERTEX_BASE_URL');
      return { vendor, region, wire, ...(project === undefined ? {} : { project }), ...found };
    }
    case 'foundry': {
      const found = foundryAddress(env);
      const variable = 'ANTHROPIC_FOUNDRY_BASE_URL';
      const where = 'because' in found ? { fault: found.because, variable } : at(found.baseURL, variable);
      return { vendor, wire: sendAs ?? id, ...where };
    }
    case 'anthropic':
      return { vendor, wire: sendAs ?? id, ...at(baseUrlOf(env), 'ANTHROPIC_BASE_URL') };
  }
}

function at(address: string, variable: string): Pick<Place, 'url' | 'fault' | 'variable'> {
  if (URL.canParse(address)) return { url: new URL(address), variable };
  return { fault: { code: 'status.check.noAddress', args: { variable, address: redact(address) } }, variable };
}
