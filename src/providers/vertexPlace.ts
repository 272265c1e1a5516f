// Where on Google Cloud a request goes: project, region and address, and what a model is called there.
import { knownModel } from './models.ts';

type Env = Readonly<Record<string, string | undefined>>;

const DEFAULT_REGION = 'us-east5';
const REGION = /^(global|us|eu|[a-z]+(-[a-z]+)+\d+)$/;

/** The region of the model's own variable (`VERTEX_REGION_CLAUDE_…`), or else of `CLOUD_ML_REGION`. What is no region counts as unset. */
export function vertexRegion(model: string, env: Env): string {
  const wanted = [...regionVariables(model), 'CLOUD_ML_REGION'].map((name) => env[name]?.trim() ?? '');
  return wanted.find((value) => REGION.test(value)) ?? DEFAULT_REGION;
}

/** Both orders are in use: `…_CLAUDE_OPUS_4_8` and `…_CLAUDE_4_8_OPUS`; a whole number is also written with `_0`. */
function regionVariables(model: string): string[] {
  const plain = model.replace(/[@[].*$/, '').replace(/-\d{8}$/, '');
  const [, family, version] = /claude-([a-z]+)-(\d+(?:-\d+)?)$/.exec(plain) ?? [];
  const [, oldVersion, oldFamily] = /claude-(\d+(?:-\d+)?)-([a-z]+)$/.exec(plain) ?? [];
  const name = (family ?? oldFamily)?.toUpperCase();
  const number = (version ?? oldVersion)?.replace('-', '_');
  if (name === undefined || number === undefined) return [];
  const numbers = number.includes('_') ? [number] : [number, `${number}_0`];
  return numbers.flatMap((n) => [`VERTEX_REGION_CLAUDE_${name}_${n}`, `VERTEX_REGION_CLAUDE_${n}_${name}`]);
}

/** `fromKeyFile` is the project of the file that `GOOGLE_APPLICATION_CREDENTIALS` names, `fromElsewhere` that of other credentials. */
export function vertexProject(
  env: Env,
  { fromKeyFile, fromElsewhere }: { fromKeyFile?: string | undefined; fromElsewhere?: string | undefined },
): string | undefined {
  const said = (name: string) => env[name]?.trim() || undefined;
  return (
    said('GCLOUD_PROJECT') ??
    said('GOOGLE_CLOUD_PROJECT') ??
    fromKeyFile ??
    said('ANTHROPIC_VERTEX_PROJECT_ID') ??
    fromElsewhere
  );
}

/** Up to and with the version, as the client wants it. */
export function vertexBaseUrl(region: string, env: Env): string {
  const own = env['ANTHROPIC_VERTEX_BASE_URL']?.trim().replace(/\/+$/, '');
  if (own) return own;
  if (region === 'global') return 'https://aiplatform.googleapis.com/v1';
  if (region === 'us' || region === 'eu') return `https://aiplatform.${region}.rep.googleapis.com/v1`;
  return `https://${region}-aiplatform.googleapis.com/v1`;
}

/** The name that Google gives a model of ours; one with a date after `@` and one that is not known stay as they are. */
export function vertexModelId(id: string): string {
  return id.includes('@') ? id : (knownModel(id)?.ids?.vertex ?? id);
}
