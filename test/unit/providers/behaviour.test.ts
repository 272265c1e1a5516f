// The Anthropic API, or a gateway that speaks it, does what every provider must.
import { behavesAsAProvider } from './behaviour.ts';

behavesAsAProvider({
  name: 'anthropic',
  start: async (rehearsal) => ({
    url: rehearsal.url,
    connections: rehearsal.connections,
    reset: () => {},
    close: async () => {},
  }),
  env: (url) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'sk-test-0123456789' }),
  noCredential: { ANTHROPIC_API_KEY: '' },
  secrets: ['sk-test-0123456789'],
});
