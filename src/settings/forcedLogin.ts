// Whom the organisation's settings let in.
import type { ForcedLogin } from '../contracts/provider.ts';
import type { Settings } from '../contracts/settings.ts';

/** What a person or a repository writes there is a wish; only the organisation's word is held. */
export function forcedLogin({ values, policy, sources }: Settings): ForcedLogin | undefined {
  const method = policy?.keys.includes('forceLoginMethod') ? values['forceLoginMethod'] : undefined;
  // These two count from the organisation alone, whatever file they stand in.
  const organizations = listOf(values['forceLoginOrgUUID']);
  const url = values['forceLoginGatewayUrl'];
  if (!isMethod(method) && organizations === undefined) return undefined;
  const files = sources.filter(({ scope, exists }) => scope === 'managed' && exists).map(({ file }) => file);
  return {
    file: files.join(', '),
    ...(isMethod(method) ? { method } : {}),
    ...(organizations === undefined ? {} : { organizations }),
    ...(typeof url === 'string' ? { gatewayUrl: url } : {}),
  };
}

function listOf(value: unknown): string[] | undefined {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : undefined;
}

function isMethod(value: unknown): value is NonNullable<ForcedLogin['method']> {
  return value === 'claudeai' || value === 'console' || value === 'gateway';
}
