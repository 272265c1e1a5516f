// What the chat is told when a server asks the person, or for an answer of a model: each kind of question, and hard ones.
import { call, prompt, snapshot } from './scenes.mjs';

const served = call('t8', 'mcp__tickets__create', { title: 'Rounding' });
const words = (count) =>
  Array.from({ length: count }, (_, i) => `Sentence ${i} of a server that has much to say.`).join(' ');
const form = (properties, more = {}) => ({
  ...{ type: 'elicit', id: 'q1', call: served, server: 'tickets' },
  request: {
    mode: 'form',
    message: 'Where should the ticket go?',
    schema: { type: 'object', properties, required: ['project', 'mail', 'team', 'labels', 'agreed'] },
    ...more,
  },
});
const options = (count) => Array.from({ length: count }, (_, i) => `option-${i}`);

const KINDS = {
  project: { type: 'string', title: 'Project', description: 'The key, such as SHOP', minLength: 2, maxLength: 10 },
  mail: { type: 'string', format: 'email', title: 'Mail' },
  site: { type: 'string', format: 'uri', title: 'Site' },
  due: { type: 'string', format: 'date', title: 'Due' },
  at: { type: 'string', format: 'date-time', title: 'Until' },
  points: { type: 'integer', title: 'Points', minimum: 1, maximum: 13 },
  share: { type: 'number', title: 'Share', minimum: 0 },
  urgency: { type: 'string', title: 'Urgency', enum: ['low', 'high'], enumNames: ['Low', 'High'], default: 'low' },
  team: { type: 'string', title: 'Team', enum: options(30) },
  labels: { type: 'array', title: 'Labels', minItems: 2, items: { type: 'string', enum: ['bug', 'money', 'ui'] } },
  agreed: { type: 'boolean', title: 'Tell the team', description: 'They get a mail.', default: true },
};
const LONG = {
  project: { type: 'string', title: `Project\u202e ${'of which the name is long '.repeat(6)}`, description: words(8) },
  many: { type: 'array', title: 'Regions', items: { type: 'string', enum: options(60) } },
  one: { type: 'string', title: 'x'.repeat(120), enum: ['y'.repeat(120), 'z'] },
};
const sample = (more = {}) => ({
  ...{ type: 'sample', id: 'q2', call: served, server: 'tickets', system: 'You write titles of tickets.' },
  messages: [{ role: 'user', text: 'A title for: the total is off by a cent.', pictures: 1 }],
  ...{ model: 'Haiku 4.5', maxTokens: 12_000, more: { requests: 10, tokens: 40_000 } },
  ...more,
});
const asked = (question) => [
  snapshot({
    state: { running: true, questions: [question] },
    events: [prompt('p1', 'Order it'), { type: 'toolStarted', call: served }, { type: 'asked', question }],
  }),
];

/** The conversation before anything is asked. */
export const before = snapshot({ state: { running: true }, events: [prompt('p1', 'Order it')] });

export function elicitScenes() {
  return {
    kinds: asked(form(KINDS)),
    long: asked(form(LONG, { message: words(60) })),
    optional: asked(form({ note: { type: 'string', title: 'Note' } })),
    address: asked({
      ...form({}),
      request: {
        ...{ mode: 'url', id: 'e1', message: 'Connect your account first.' },
        url: `https://tickets.example.com/connect?state=${'3f9a2c'.repeat(30)}`,
      },
    }),
    sample: asked(sample()),
    sampleLong: asked(
      sample({
        system: words(40),
        messages: Array.from({ length: 6 }, (_, i) => ({
          ...{ role: i % 2 ? 'assistant' : 'user', text: `${words(6)}\n\u202ehidden`, pictures: 0 },
        })),
      }),
    ),
  };
}
