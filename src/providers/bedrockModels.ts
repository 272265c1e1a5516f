// What Amazon Bedrock calls a model.
import { MODEL_TABLE } from './modelTable.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Where requests may be answered: the prefix of an inference profile that spans several regions. */
const PREFIXES = new Set(['us', 'eu', 'apac', 'jp', 'au', 'global']);

/** The inference profile of a model of ours. What a person wrote themselves, a profile or an ARN, comes back as it is. */
export function bedrockModel(id: string, region: string, env: Env): string {
  const model = tableId(id);
  return model === undefined ? id : `${prefixFor(region, env)}.${model}`;
}

/** The model as the Messages endpoint of Bedrock calls it: the name without date, version or region. */
export function mantleModel(id: string): string {
  return tableId(id) === undefined ? id : `anthropic.${undated(id)}`;
}

function prefixFor(region: string, env: Env): string {
  const wanted = env['ANTHROPIC_BEDROCK_REGION_PREFIX']?.trim().replace(/\.$/, '').toLowerCase();
  if (wanted && PREFIXES.has(wanted)) return wanted;
  if (region.startsWith('us-gov-')) return 'us-gov';
  if (region.startsWith('us-')) return 'us';
  if (region.startsWith('eu-')) return 'eu';
  if (region.startsWith('ap-')) return 'apac';
  return 'global';
}

/** Only for our own spelling of an id, with its date or without. */
function tableId(id: string): string | undefined {
  return MODEL_TABLE.find((model) => model.id === undated(id))?.ids?.bedrock;
}

function undated(id: string): string {
  return id.replace(/-\d{8}$/, '');
}
