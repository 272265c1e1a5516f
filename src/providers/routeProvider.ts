// Which way a request takes: to a vendor of models, or to the language models of VS Code.
import type { Provider } from '../contracts/provider.ts';

const EDITOR_PREFIX = 'vscode:';

/** The id says that VS Code itself offers the model. */
export function isEditorModel(id: string): boolean {
  return id.startsWith(EDITOR_PREFIX);
}

/** Requests for models of VS Code go to `editor`, all others to `vendors`, which also says what can be done. */
export function routeProvider<T extends Provider>(vendors: T, editor: Provider): T {
  return {
    ...vendors,
    stream: (request, signal) => (isEditorModel(request.model) ? editor : vendors).stream(request, signal),
  };
}
