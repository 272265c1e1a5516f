// The body of a request, as far as the cache of the service goes by it.

export type WireBlock = Readonly<Record<string, unknown>>;
/** As much of the body of a Messages request as matters here. */
export type WireBody = {
  model: string;
  thinking?: unknown;
  output_config?: unknown;
  tools?: readonly WireBlock[];
  system?: readonly WireBlock[];
  messages: ReadonlyArray<{ role: string; content: readonly WireBlock[] }>;
};
