// The Messages API with a door: it lets in the credentials a test names, says whose they are, and records what was sent.
import { type Front, type FrontRequest, startFront } from './front.ts';

export type KeyServiceOptions = {
  /** What of the two headers is let in; default: everything that has one. */
  accepts?: (sent: Sent) => boolean;
  /** The organisation of a credential, as the service names it in every answer. */
  organizationOf?: (sent: Sent) => string | undefined;
  /** `/v1/models` is not there, as with some gateways. */
  withoutModels?: boolean;
  /** What a refusal says besides. */
  words?: string;
};
/** The headers a credential may stand in. */
export type Sent = { key?: string; bearer?: string };
export type KeyService = Omit<Front, 'requests'> & {
  requests(): Array<FrontRequest & { sent: Sent }>;
  /** Of the requests for an answer alone. */
  messages(): Sent[];
};

export async function startKeyService(
  rehearsal: { url: string },
  { accepts = () => true, organizationOf, withoutModels = false, words = 'invalid x-api-key' }: KeyServiceOptions = {},
): Promise<KeyService> {
  const front = await startFront(rehearsal, {
    receive: (request) => {
      const sent = sentIn(request);
      const organization = organizationOf?.(sent);
      const headers = organization === undefined ? {} : { 'anthropic-organization-id': organization };
      const answer = (status: number, body: unknown) => ({
        answer: { status, headers, body: JSON.stringify(body) },
      });
      if ((sent.key === undefined && sent.bearer === undefined) || !accepts(sent)) {
        return answer(401, { type: 'error', error: { type: 'authentication_error', message: words } });
      }
      if (request.path.startsWith('/v1/models')) {
        return withoutModels
          ? answer(404, { type: 'error', error: { type: 'not_found_error', message: 'no such path' } })
          : answer(200, { data: [], has_more: false });
      }
      return { ask: JSON.parse(request.body) };
    },
  });
  const requests = () => front.requests().map((request) => ({ ...request, sent: sentIn(request) }));
  return {
    ...front,
    requests,
    messages: () =>
      requests()
        .filter(({ path }) => path === '/v1/messages')
        .map(({ sent }) => sent),
  };
}

function sentIn({ headers }: FrontRequest): Sent {
  const key = headers['x-api-key'];
  const bearer = headers.authorization?.replace(/^Bearer /, '');
  return { ...(key === undefined ? {} : { key: String(key) }), ...(bearer === undefined ? {} : { bearer }) };
}
