// Bedrock and its Messages endpoint do what every provider must: signed, and with an API key.
import { BEARER, KEYS, startBedrock } from '../../../support/aws/bedrock.ts';
import { behavesAsAProvider } from '../behaviour.ts';

const signed = {
  AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
  AWS_SESSION_TOKEN: KEYS.sessionToken,
};
const secrets = [KEYS.secretAccessKey, KEYS.sessionToken, BEARER];
/** No credential of the machine is found, and none is looked for in its network. */
const nowhere = { HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' };
const noCredential = {
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
  AWS_SESSION_TOKEN: '',
  AWS_BEARER_TOKEN_BEDROCK: '',
};

behavesAsAProvider({
  name: 'bedrock',
  start: (rehearsal) => startBedrock(rehearsal),
  env: (url) => ({ CLAUDE_CODE_USE_BEDROCK: '1', ANTHROPIC_BEDROCK_BASE_URL: url, ...nowhere, ...signed }),
  noCredential,
  secrets,
  cannotReport: ['429 for an enforced spend limit'],
});

behavesAsAProvider({
  name: 'mantle',
  start: async (rehearsal) => {
    const front = await startBedrock(rehearsal, { endpoint: 'mantle' });
    return { ...front, url: `${front.url}/anthropic` };
  },
  env: (url) => ({
    CLAUDE_CODE_USE_MANTLE: '1',
    ANTHROPIC_BEDROCK_MANTLE_BASE_URL: url,
    ...nowhere,
    AWS_BEARER_TOKEN_BEDROCK: BEARER,
  }),
  noCredential,
  secrets: [...secrets].reverse(),
});
