// Offers two language models and some tools to VS Code, as other extensions do. A test says what the models answer, and sees what
// they were asked.
const vscode = require('vscode');
const { registerTools } = require('./tools.js');

const INFO = { family: 'test', version: '1', maxOutputTokens: 4_000, capabilities: { toolCalling: true } };

exports.activate = (context) => {
  const asked = [];
  const answers = [];
  const changed = new vscode.EventEmitter();
  let models = [
    { ...INFO, id: 'small', name: 'Small', maxInputTokens: 8_000 },
    { ...INFO, id: 'large/2', name: 'Large', maxInputTokens: 64_000 },
  ];
  const provider = {
    onDidChangeLanguageModelChatInformation: changed.event,
    provideLanguageModelChatInformation: async () => models,
    provideLanguageModelChatResponse: async (model, messages, options, progress, token) => {
      const request = { model: model.id, messages: messages.map(plain), tools: options.tools ?? [], cancelled: false };
      asked.push(request);
      token.onCancellationRequested(() => {
        request.cancelled = true;
      });
      for (const part of answers.shift() ?? []) {
        await part.after;
        if (part.text !== undefined) progress.report(new vscode.LanguageModelTextPart(part.text));
        else if (part.tool) progress.report(new vscode.LanguageModelToolCallPart(part.id, part.tool, part.input));
        else if (part.fail) throw part.fail;
        else if (part.wait) await new Promise((resolve) => token.onCancellationRequested(resolve));
      }
    },
    provideTokenCount: async (_model, text) => (typeof text === 'string' ? text.length : 1),
  };
  // As a model that somebody signed in for: VS Code asks the person before another extension may use it.
  const locked = { ...INFO, id: 'locked', name: 'Locked', maxInputTokens: 8_000, requiresAuthorization: true };
  context.subscriptions.push(
    vscode.lm.registerLanguageModelChatProvider('a-test', provider),
    vscode.lm.registerLanguageModelChatProvider('a-locked', {
      ...provider,
      onDidChangeLanguageModelChatInformation: undefined,
      provideLanguageModelChatInformation: async () => [locked],
    }),
  );
  return {
    tools: registerTools(context),
    asked,
    answer: (parts) => answers.push(parts),
    offer: (ids) => {
      models = models.filter(({ id }) => ids.includes(id));
      changed.fire();
    },
  };
};

function plain({ role, content }) {
  return {
    role: role === vscode.LanguageModelChatMessageRole.User ? 'user' : 'assistant',
    parts: content.map((part) => {
      if (part instanceof vscode.LanguageModelTextPart) return { text: part.value };
      if (part instanceof vscode.LanguageModelToolCallPart)
        return { call: part.callId, name: part.name, input: part.input };
      if (part instanceof vscode.LanguageModelToolResultPart) {
        return { result: part.callId, text: part.content.map((one) => one.value).join('') };
      }
      return { other: true };
    }),
  };
}
