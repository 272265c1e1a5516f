// `forceLoginGatewayUrl`: the organisation lets people sign in for one gateway only.
import type { LoginConfig } from '../contracts/login.ts';
import type { Because } from '../contracts/permission.ts';

/** Why the login may not be used; undefined when its requests go to that gateway. */
export function gatewayFault(login: LoginConfig | undefined, wanted: string): Because | undefined {
  if (login?.baseUrl === undefined) return { code: 'login.noGateway', args: { wanted } };
  if (sameAddress(login.baseUrl, wanted)) return undefined;
  return { code: 'login.otherGateway', args: { wanted, found: login.baseUrl } };
}

function sameAddress(one: string, other: string): boolean {
  const [left, right] = [one, other].map((address) => {
    if (!URL.canParse(address)) return undefined;
    const { origin, pathname, search } = new URL(address);
    return `${origin}${pathname.replace(/\/+$/, '')}${search}`;
  });
  return left !== undefined && left === right;
}
