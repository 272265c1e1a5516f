// Sentences of providers. Every failure has one, `providers.failure.<code>`: what went wrong, and what to do next.
import type { Because } from '../../contracts/permission.ts';
import type { Failure } from '../../contracts/provider.ts';

export const providers: Readonly<Record<string, string>> = {
  'providers.failure.noCredential':
    'There is no API key yet. Run “Assent: Sign In”, or set ANTHROPIC_API_KEY, and send the message again. {detail}',
  'providers.failure.authentication':
    'The API key or token was not accepted. Run “Assent: Sign In” to enter another, or correct ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN. {detail}',
  'providers.failure.billing':
    'The account cannot pay for this request. Check its billing page, then send the message again. {detail}',
  'providers.failure.permission':
    'The API key may not use this model or feature. Choose another model, or ask the owner of the account for access. {detail}',
  'providers.failure.notFound':
    'The model or the address was not found. Choose another model, or check ANTHROPIC_BASE_URL. {detail}',
  'providers.failure.badRequest': 'The model service refused the request. {detail}',
  'providers.failure.tooLarge':
    'The request is too large to send. Remove attachments, or start a new conversation. {detail}',
  'providers.failure.mediaRefused':
    'The model service could not take a picture or document of this conversation. Choose a model that can, or start a new conversation. {detail}',
  'providers.failure.contextOverflow':
    'The conversation no longer fits into the model’s context window. Compact it, or start a new conversation. {detail}',
  'providers.failure.rateLimit':
    'The model service limits how fast this account may send. Send the message again when it takes more, or choose another model. {detail}',
  'providers.failure.capReached': 'The cap on cost is reached, so nothing was sent. {detail}',
  'providers.failure.modelExcluded':
    'The settings leave this model out (availableModels), so nothing was sent. Choose another model. {detail}',
  'providers.failure.spendLimit':
    'The account has reached its spending limit. Raise the limit, or wait until it is reset, then send the message again. {detail}',
  'providers.failure.overloaded':
    'The model service is overloaded. Send the message again in a moment, or choose another model. {detail}',
  'providers.failure.server':
    'The model service reported an error of its own. Send the message again in a moment. {detail}',
  'providers.failure.timeout':
    'The model service took too long to answer. Send the message again; if this repeats, raise API_TIMEOUT_MS. {detail}',
  'providers.failure.stalled':
    'The answer stopped arriving, and the connection was given up. Check the network, then send the message again. {detail}',
  'providers.failure.network':
    'The model service cannot be reached. Check the network, the proxy and ANTHROPIC_BASE_URL, then send the message again. {detail}',
  'providers.failure.tls':
    'The secure connection to the model service could not be trusted. If your network inspects traffic, add its certificate with NODE_EXTRA_CA_CERTS. {detail}',
  'providers.failure.malformedStream':
    'The address answered with something that is not an answer of a model. Check ANTHROPIC_BASE_URL and any gateway in between. {detail}',
  'providers.failure.interrupted':
    'The connection broke before the answer was complete. What arrived is kept; send a message to go on. {detail}',
  'providers.failure.cancelled': 'Stopped.',

  'providers.fallback.overloaded':
    '{from} is overloaded, so {to} answers for the rest of this turn. The next message goes to {from} again.',
  'providers.fallback.server':
    '{from} reports errors of its own, so {to} answers for the rest of this turn. The next message goes to {from} again.',
  'providers.cacheLost':
    'What the service has cached of this conversation is lost with this change: the next message costs more, once.',
  'providers.model.excluded': 'The settings leave {model} out (availableModels). Choose another model.',
  'providers.model.excludedBy': '{file} leaves {model} out (availableModels). Choose another model.',
  'providers.model.replaced':
    'The settings leave {model} out (availableModels), so this conversation uses {instead}. Choose another model if you like.',
  'providers.limit.low': 'Only {percent} % of what this account may send is left until {time}.',
  'providers.limit.reached': 'The model service limits how fast this account may send. It takes more from {time} on.',

  'providers.retry.rateLimit': 'The model service limits how fast this account may send.',
  'providers.retry.overloaded': 'The model service is overloaded.',
  'providers.retry.server': 'The model service reported an error of its own.',
  'providers.retry.timeout': 'The model service took too long to answer.',
  'providers.retry.stalled': 'The answer stopped arriving.',
  'providers.retry.network': 'The model service cannot be reached.',
  'providers.retry.interrupted': 'The connection broke before the answer was complete.',
  'providers.retry.malformedStream': 'The answer could not be read.',
};

/** A failure as a code and its arguments: the one way to say it, whoever says it. */
export function becauseOfFailure(failure: Failure): Because {
  if (failure.because !== undefined) return failure.because;
  const args: Record<string, string> = { detail: failure.detail };
  if (failure.status !== undefined) args['status'] = String(failure.status);
  if (failure.requestId !== undefined) args['requestId'] = failure.requestId;
  return { code: `providers.failure.${failure.code}`, args };
}
