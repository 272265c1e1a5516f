// Tools for VS Code's list, one for each way in which a tool of another extension can behave. A test sees what they were given.
const vscode = require('vscode');

/** A picture of one dot. */
const DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

exports.registerTools = (context) => {
  const seen = { invoked: [], prepared: [], cancelled: [] };
  const text = (value) => new vscode.LanguageModelTextPart(value);
  const result = (...parts) => new vscode.LanguageModelToolResult(parts);
  const register = (name, run, more = {}) => {
    const invoke = (options, token) => {
      seen.invoked.push({ name, input: options.input, hasToken: options.toolInvocationToken !== undefined });
      return run(options.input, token);
    };
    context.subscriptions.push(vscode.lm.registerTool(name, { ...more, invoke }));
  };

  register('a_test_echo', (input) => result(text(JSON.stringify(input))));
  register('a_test_long', ({ length }) => result(text('long '.repeat(length / 5))));
  register('a_test_throw', ({ message, times }) => {
    throw new Error(message.repeat(times));
  });
  register('a_test_mixed', () =>
    result(
      text('words'),
      vscode.LanguageModelDataPart.image(DOT, 'image/png'),
      vscode.LanguageModelDataPart.text('text as bytes', 'text/markdown'),
      new vscode.LanguageModelDataPart(new Uint8Array([0, 159, 146, 150]), 'application/pdf'),
      new vscode.LanguageModelPromptTsxPart({
        node: {
          type: 1,
          ctor: 2,
          children: [
            { type: 2, text: 'first line', lineBreakBefore: true },
            { type: 1, ctor: 2, children: [{ type: 2, text: 'second line', lineBreakBefore: true }] },
          ],
        },
      }),
    ),
  );
  register(
    'a_test_hang',
    (_input, token) =>
      new Promise(() => {
        token.onCancellationRequested(() => seen.cancelled.push('a_test_hang'));
      }),
  );
  register('a_test_give_up', () => {
    throw new vscode.CancellationError();
  });
  register('a_test_refused', () => result(text('never')));
  register('a_test_hidden', () => result(text('shown')));
  register('a_test_confirm', () => result(text('confirmed')), {
    prepareInvocation: ({ input }) => {
      seen.prepared.push(input);
      return { confirmationMessages: { title: 'Really?', message: 'It cannot be taken back.' } };
    },
  });
  return seen;
};
