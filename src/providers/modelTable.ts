// What is known of each model, as data. Prices in USD per million tokens, list price without discounts.
import type { ModelInfo } from '../contracts/provider.ts';

const MILLION = 1_000_000;
const UP_TO_HIGH = ['low', 'medium', 'high'];
const UP_TO_MAX = [...UP_TO_HIGH, 'max'];
const ALL_EFFORTS = [...UP_TO_HIGH, 'xhigh', 'max'];

/** Ids without a date; `modelInfo` accepts the dated form too. The order is the order of the model picker. */
export const MODEL_TABLE: readonly ModelInfo[] = [
  {
    id: 'claude-sonnet-5',
    name: 'Sonnet 5',
    contextWindow: MILLION,
    maxOutput: 128_000,
    cacheMinimum: 1024,
    thinking: 'adaptive',
    thinkingDefault: true,
    efforts: ALL_EFFORTS,
    price: { input: 2, output: 10 },
  },
  {
    id: 'claude-opus-5',
    name: 'Opus 5',
    contextWindow: MILLION,
    maxOutput: 128_000,
    cacheMinimum: 512,
    thinking: 'adaptive',
    thinkingDefault: true,
    efforts: ALL_EFFORTS,
    price: { input: 5, output: 25 },
  },
  {
    id: 'claude-fable-5',
    name: 'Fable 5',
    contextWindow: MILLION,
    maxOutput: 128_000,
    cacheMinimum: 512,
    thinking: 'always',
    thinkingDefault: true,
    efforts: ALL_EFFORTS,
    price: { input: 10, output: 50 },
  },
  {
    id: 'claude-mythos-5',
    name: 'Mythos 5',
    contextWindow: MILLION,
    maxOutput: 128_000,
    cacheMinimum: 512,
    thinking: 'always',
    thinkingDefault: true,
    efforts: ALL_EFFORTS,
    price: { input: 10, output: 50 },
  },
  {
    id: 'claude-haiku-4-5',
    name: 'Haiku 4.5',
    contextWindow: 200_000,
    maxOutput: 64_000,
    cacheMinimum: 4096,
    thinking: 'enabled',
    thinkingDefault: false,
    efforts: [],
    price: { input: 1, output: 5 },
  },
  {
    id: 'claude-opus-4-8',
    name: 'Opus 4.8',
    contextWindow: MILLION,
    maxOutput: 128_000,
    cacheMinimum: 1024,
    thinking: 'adaptive',
    thinkingDefault: false,
    efforts: ALL_EFFORTS,
    price: { input: 5, output: 25 },
  },
  {
    id: 'claude-opus-4-7',
    name: 'Opus 4.7',
    contextWindow: MILLION,
    maxOutput: 128_000,
    cacheMinimum: 2048,
    thinking: 'adaptive',
    thinkingDefault: false,
    efforts: ALL_EFFORTS,
    price: { input: 5, output: 25 },
  },
  {
    id: 'claude-opus-4-6',
    name: 'Opus 4.6',
    contextWindow: MILLION,
    maxOutput: 128_000,
    cacheMinimum: 4096,
    thinking: 'both',
    thinkingDefault: false,
    efforts: UP_TO_MAX,
    price: { input: 5, output: 25 },
  },
  {
    id: 'claude-sonnet-4-6',
    name: 'Sonnet 4.6',
    contextWindow: MILLION,
    maxOutput: 128_000,
    cacheMinimum: 1024,
    thinking: 'both',
    thinkingDefault: false,
    efforts: UP_TO_MAX,
    price: { input: 3, output: 15 },
  },
  {
    id: 'claude-opus-4-5',
    name: 'Opus 4.5',
    contextWindow: 200_000,
    maxOutput: 64_000,
    cacheMinimum: 4096,
    thinking: 'enabled',
    thinkingDefault: false,
    efforts: UP_TO_HIGH,
    price: { input: 5, output: 25 },
  },
  {
    id: 'claude-sonnet-4-5',
    name: 'Sonnet 4.5',
    contextWindow: 200_000,
    maxOutput: 64_000,
    cacheMinimum: 1024,
    thinking: 'enabled',
    thinkingDefault: false,
    efforts: [],
    price: { input: 3, output: 15 },
  },
];

/** The bundled model that only rehearses; it costs nothing. */
export const REHEARSAL_MODEL: ModelInfo = {
  id: 'assent-rehearsal',
  name: 'Rehearsal',
  contextWindow: 200_000,
  maxOutput: 32_000,
  cacheMinimum: 1024,
  thinking: 'adaptive',
  thinkingDefault: false,
  efforts: [],
  price: { input: 0, output: 0 },
};

/** The ids that the dateless names stand for, where the API wants the date. */
export const DATED_IDS: Readonly<Record<string, string>> = {
  'claude-haiku-4-5': 'claude-haiku-4-5-20251001',
  'claude-opus-4-5': 'claude-opus-4-5-20251101',
  'claude-sonnet-4-5': 'claude-sonnet-4-5-20250929',
};
