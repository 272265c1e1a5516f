// Sentences of what requests cost: caps, the ledger, and the cache of the service.

/** Why the cache does not serve what it could; each is the beginning of two sentences. */
const CAUSES: Readonly<Record<string, string>> = {
  toolAdded: 'The tool {name} was added to those the model is shown',
  toolRemoved: 'The tool {name} is not among those the model is shown any more',
  toolChanged: 'The description of the tool {name} changed',
  toolMoved: 'The tools come in another order, beginning with {name}',
  model: 'The model changed',
  system: 'The system prompt changed',
  thinking: 'Thinking or effort changed',
  context: 'What stands in front of the conversation changed (memory, environment)',
  message: 'Message {number} of the conversation changed',
  expired: 'The service keeps what it read only for a short time after a request, and that was over',
  dropped: 'Nothing changed here, but the service had dropped what it keeps',
};

export const usage: Readonly<Record<string, string>> = {
  'usage.cap.turn':
    'Nothing was sent: the next request of this turn costs about {next}, and {spent} of the {cap} that a turn may cost is spent. Send a new prompt to go on, or raise the cap in {from}.',
  'usage.cap.session':
    'Nothing was sent: the next request costs about {next}, and {spent} of the {cap} that a conversation may cost is spent. Start a new conversation, or raise the cap in {from}.',
  'usage.cap.day':
    'Nothing was sent: the next request costs about {next}, and {spent} of the {cap} for today is spent. A new day begins in {hours} h {minutes} min, or raise the cap in {from}.',
  'usage.near.turn': '{spent} of the {cap} that a turn may cost is spent (set in {from}).',
  'usage.near.session': '{spent} of the {cap} that this conversation may cost is spent (set in {from}).',
  'usage.near.day': '{spent} of the {cap} for today is spent (set in {from}).',
  'usage.priceUnknown':
    'Nothing was sent: {from} sets a cap on cost, and the price of {model} is not known. Set its price in assent.modelPrices of your user settings file, choose another model, or remove the cap.',
  'usage.cannotCount':
    'Nothing was sent: there is a cap on cost, but what was spent before cannot be read ({reason}). Open {folder} and mend or remove what is in the way, then send the message again.',
  'usage.cannotRead':
    'What requests cost cannot be read: {reason}. Open {folder} and mend or remove what is in the way.',
  'usage.notRecorded':
    'What this request cost could not be written down: {reason}. It counts in this window. Make room in {folder}, or make it writable.',
  'usage.messageRefused': 'The page sent something that is not understood. Close it and open it again.',
  'usage.exportFailed': 'The table could not be written: {reason}. Choose another place.',
  ...Object.fromEntries(
    Object.entries(CAUSES).flatMap(([code, cause]) => [
      [
        `usage.cache.${code}`,
        `${cause}: {tokens} tokens were paid for in full instead of coming from the cache, about {usd} more.`,
      ],
      [`usage.lost.${code}`, `${cause}: {tokens} tokens were paid for in full.`],
      [
        `usage.rebuild.${code}`,
        `${cause}: {tokens} tokens are not in the cache of the service, and sending them costs about {usd} more. That is above the {limit} of assent.costCap.cacheRebuild, so nothing was sent. Send the message again to go on.`,
      ],
    ]),
  ),
};
