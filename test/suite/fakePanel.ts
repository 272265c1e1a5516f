// A tab of a page that nobody draws: it keeps what it is sent, and says what a test says.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from './fakes.ts';

export class FakePanel<To extends { type: string }> {
  readonly messages: To[] = [];
  readonly #received = new vscode.EventEmitter<unknown>();
  readonly #disposed = new vscode.EventEmitter<void>();
  visible = true;
  readonly webview = {
    options: {},
    html: '',
    cspSource: 'https://test',
    asWebviewUri: (uri: vscode.Uri) => uri,
    onDidReceiveMessage: this.#received.event,
    postMessage: async (message: To) => {
      this.messages.push(message);
      return true;
    },
  };
  readonly #viewState = new vscode.EventEmitter<void>();
  readonly onDidDispose = this.#disposed.event;
  readonly onDidChangeViewState = this.#viewState.event;
  reveal(): void {}
  dispose(): void {
    this.#disposed.fire();
  }
  show(visible: boolean): void {
    this.visible = visible;
    this.#viewState.fire();
  }
  /** As if the page had posted it. */
  say(message: unknown): void {
    this.#received.fire(message);
  }
  of<T extends To['type']>(type: T): Array<Extract<To, { type: T }>> {
    return this.messages.filter((one): one is Extract<To, { type: T }> => one.type === type);
  }
  async next<T extends To['type']>(type: T, after = 0): Promise<Extract<To, { type: T }>> {
    await until(() => this.of(type).length > after, `the message ${type}`);
    const last = this.of(type).at(-1);
    assert.ok(last);
    return last;
  }
}
