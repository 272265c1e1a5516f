// The last line before a request: no model is asked that settings leave out, and each is asked as settings say.
import type { ModelEvent, ModelInfo, ModelRequest, Provider } from '../contracts/provider.ts';
import { failure } from './failures.ts';

/** `excluded`: the file that has the list, or an empty text where nobody knows. Asked for every request. */
export type ModelRules = {
  excluded(id: string): { file: string } | undefined;
  sendAs(id: string): string | undefined;
  info(id: string): ModelInfo;
};

export function withModels<T extends Provider>(inner: T, rules: ModelRules): T {
  return {
    ...inner,
    async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
      const excluded = rules.excluded(request.model);
      if (excluded) {
        const detail = [request.model, excluded.file].filter((part) => part !== '').join(', ');
        yield { type: 'failed', failure: failure('modelExcluded', detail) };
        return;
      }
      const sendAs = rules.sendAs(request.model);
      yield* inner.stream(
        { ...request, info: rules.info(request.model), ...(sendAs === undefined ? {} : { sendAs }) },
        signal,
      );
    },
  };
}
