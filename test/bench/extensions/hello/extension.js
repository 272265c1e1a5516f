// The least that a view with a text box can be: it echoes messages, and shows what a model streams in a bare <pre>.
const vscode = require('vscode');

const FRAME_MS = 16;

exports.activate = (context) => {
  const provider = {
    resolveWebviewView({ webview }) {
      webview.options = { enableScripts: true };
      webview.onDidReceiveMessage((message) => {
        if (message.ping !== undefined) webview.postMessage({ pong: message.ping });
        if (message.stream !== undefined) void stream(message.stream, webview);
      });
      webview.html = HTML;
    },
  };
  const options = { webviewOptions: { retainContextWhenHidden: true } };
  context.subscriptions.push(vscode.window.registerWebviewViewProvider('benchHello.view', provider, options));
};

async function stream(url, webview) {
  const response = await fetch(`${url}/v1/messages`, { method: 'POST', body: '{}' });
  const decoder = new TextDecoder();
  let rest = '';
  let text = '';
  let timer;
  const flush = () => {
    timer = undefined;
    webview.postMessage({ text });
    text = '';
  };
  for await (const chunk of response.body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      if (!line.startsWith('data: ')) continue;
      const { delta } = JSON.parse(line.slice(6));
      if (delta?.text === undefined) continue;
      text += delta.text;
      if (timer === undefined) timer = setTimeout(flush, FRAME_MS);
    }
  }
}

const HTML = `<!DOCTYPE html><html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-hello'; style-src 'unsafe-inline'">
</head><body><textarea data-testid="composer" rows="3"></textarea><pre style="white-space: pre-wrap"></pre>
<script nonce="hello">
  window.vscode = acquireVsCodeApi();
  const pre = document.querySelector('pre');
  window.pongs = {};
  window.addEventListener('message', ({ data }) => {
    if (data.pong !== undefined) window.pongs[data.pong]?.();
    if (data.text !== undefined) {
      pre.append(data.text);
      document.scrollingElement.scrollTop = document.scrollingElement.scrollHeight;
    }
  });
  const focus = () => document.querySelector('textarea').focus();
  window.addEventListener('focus', focus);
  focus();
</script></body></html>`;
