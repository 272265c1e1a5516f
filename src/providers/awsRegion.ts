// Which AWS region a request goes to.
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

const DEFAULT_REGION = 'us-east-1';
const REGION = /^[a-z]{2,5}(-[a-z]+)+-\d{1,2}$/;

/** `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's own, or the default. What is not shaped like a region is ignored. */
export function awsRegion(env: Env): string {
  const named = [env['AWS_REGION'], env['AWS_DEFAULT_REGION']].map((value) => value?.trim() ?? '');
  return named.find((value) => REGION.test(value)) ?? profileRegion(env) ?? DEFAULT_REGION;
}

/** The region for a model that does small work, where it is another one. */
export function smallModelRegion(env: Env): string | undefined {
  const value = env['ANTHROPIC_SMALL_FAST_MODEL_AWS_REGION']?.trim() ?? '';
  return REGION.test(value) ? value : undefined;
}

function profileRegion(env: Env): string | undefined {
  const profile = env['AWS_PROFILE']?.trim() || 'default';
  const folder = path.join(env['HOME'] || env['USERPROFILE'] || os.homedir(), '.aws');
  // The credentials file may hold a region, too, and then counts.
  const files = [
    { file: env['AWS_SHARED_CREDENTIALS_FILE'] || path.join(folder, 'credentials'), sections: [profile] },
    {
      file: env['AWS_CONFIG_FILE'] || path.join(folder, 'config'),
      sections: [`profile ${profile}`, ...(profile === 'default' ? ['default'] : [])],
    },
  ];
  for (const { file, sections } of files) {
    const region = regionIn(textOf(file), sections);
    if (region !== undefined) return region;
  }
  return undefined;
}

function regionIn(text: string, sections: readonly string[]): string | undefined {
  let inside = false;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1];
    if (section !== undefined) inside = sections.includes(section.replace(/\s+/g, ' ').replaceAll(/["']/g, ''));
    // A line that is indented belongs to the setting above it.
    const value = inside ? /^region\s*=\s*([^\s#;]+)/.exec(line)?.[1] : undefined;
    if (value !== undefined && REGION.test(value)) return value;
  }
  return undefined;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Most people have no such file; that it cannot be read is said by whoever needs a credential of it.
    return '';
  }
}
