// Keeps requests small and their beginning the same however many tools servers bring, and whenever they come and go: of
// most tools the model is told only where to search. One for each conversation.
import type { Message } from '../../contracts/message.ts';
import type { ModelEvent, ModelRequest, Provider, ToolSpec } from '../../contracts/provider.ts';
import { sendDetours, takeDetours } from './dispatch.ts';
import { foundTools, withoutSearches, withWholeSearches } from './searchBlocks.ts';
import { type SearchMode, searchMode } from './searchMode.ts';
import { CALL_TOOL, SEARCH_TOOL } from './searchTools.ts';

export type ToolSearchParts = {
  env(): Readonly<Record<string, string | undefined>>;
  /** How tools that are not ours come to the model, by name. */
  standings(): ReadonlyMap<string, 'searched' | 'always'>;
  /** The service that answers for this model searches tools by itself. */
  searches(model: string): boolean;
  /** Of the model, tokens. */
  window(model: string): number;
};

/** Only the conversation's own requests are changed, and its summary's, which begin like them. */
export function withToolSearch(provider: Provider, parts: ToolSearchParts): Provider {
  /** Tools of servers that were shown whole stay where they were: taking one away would change all that follows. */
  const shown = new Map<string, ToolSpec>();
  /** Those that the service found, as they were when it did: it puts them where its search stands in the history. */
  const found = new Map<string, ToolSpec>();
  /** What once was too much stays so. */
  let searched = false;

  function change(request: ModelRequest): { request: ModelRequest; goesRound: (tool: string) => boolean } {
    const standings = parts.standings();
    const own = request.tools.filter(({ name }) => name === SEARCH_TOOL || name === CALL_TOOL);
    const ours = request.tools.filter((spec) => !own.includes(spec) && !standings.has(spec.name));
    const left = request.tools.filter(({ name }) => standings.get(name) === 'searched').sort(byName);
    const always = request.tools.filter(({ name }) => standings.get(name) === 'always').sort(byName);
    const mode = modeOf(request, left, own.length > 0);
    for (const spec of mode === 'upfront' ? [...always, ...left] : always) shown.set(spec.name, spec);
    const direct = [...ours, ...shown.values()];
    const names = new Set(direct.map(({ name }) => name));
    const goesRound = (tool: string) =>
      mode === 'own' && !names.has(tool) && (tool.startsWith('mcp__') || standings.get(tool) === 'searched');
    return {
      goesRound,
      request: {
        ...request,
        tools: mode === 'own' ? [...ours, ...own, ...shown.values()] : direct,
        ...(mode === 'service' ? forService(request.messages, direct, names, left, found) : {}),
        ...(mode === 'own' ? { messages: sendDetours(withoutSearches(request.messages), goesRound) } : {}),
        ...(mode === 'upfront' ? { messages: withoutSearches(request.messages) } : {}),
      },
    };
  }

  function modeOf({ model }: ModelRequest, left: readonly ToolSpec[], offered: boolean): SearchMode {
    if (!offered) return 'own';
    const wish = parts.env()['ENABLE_TOOL_SEARCH'];
    const mode = searchMode(
      searched && /^\s*auto/i.test(wish ?? '') ? 'true' : wish,
      left,
      parts.window(model),
      parts.searches(model),
    );
    searched ||= mode !== 'upfront';
    return mode;
  }

  return {
    ...provider,
    stream(request, signal) {
      if (request.purpose !== 'main' && request.purpose !== 'summary') return provider.stream(request, signal);
      const { request: changed, goesRound } = change(request);
      return real(provider.stream(changed, signal), goesRound);
    },
  };
}

/**
 * A tool that a search found earlier is spoken of in the history, and has to be told of, although its server is lost or a
 * rule denies it by now. It stays as it was, so that what follows it is still found in the cache; calls to it are refused.
 */
function forService(
  history: readonly Message[],
  direct: readonly ToolSpec[],
  names: ReadonlySet<string>,
  left: readonly ToolSpec[],
  found: Map<string, ToolSpec>,
): Pick<ModelRequest, 'tools' | 'messages'> {
  const searched = left.filter(({ name }) => !names.has(name));
  const known = new Set([...names, ...searched.map(({ name }) => name)]);
  const wanted = foundTools(history);
  for (const spec of searched) if (wanted.has(spec.name)) found.set(spec.name, spec);
  const gone = [...wanted].filter((name) => !known.has(name)).map((name) => found.get(name) ?? goneTool(name));
  const deferred = [...searched, ...gone].sort(byName).map((spec): ToolSpec => ({ ...spec, deferLoading: true }));
  return { tools: [...direct, ...deferred], messages: withWholeSearches(history) };
}

const goneTool = (name: string): ToolSpec => ({
  name,
  description: 'It is not available at the moment.',
  inputSchema: { type: 'object' },
});

async function* real(
  events: AsyncIterable<ModelEvent>,
  goesRound: (tool: string) => boolean,
): AsyncGenerator<ModelEvent, void> {
  for await (const event of events) {
    if (event.type === 'done') yield { ...event, message: takeDetours(event.message, goesRound) };
    else if (event.type === 'failed' && event.partial !== undefined)
      yield { ...event, partial: takeDetours(event.partial, goesRound) };
    else yield event;
  }
}

const byName = (a: ToolSpec, b: ToolSpec) => (a.name < b.name ? -1 : 1);
