// What a journey needs: files to work on, a rehearsed model, a VS Code, and a window with the chat open.
import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { type Rehearsal, type Script, startRehearsal } from '../rehearsal/server.ts';
import { developmentUrl } from './developmentUrl.ts';
import { rehearsalEnvironment } from './environment.ts';
import type { Journey, JourneyOptions } from './journeyOptions.ts';
import { openWindow } from './openWindow.ts';
import { mayShare, sharedJourney } from './sharedJourney.ts';
import { startVsCode } from './startVsCode.ts';
import { assentFrame, openAssent, runCommand, screenshot } from './workbench.ts';
import { temporaryWorkspace } from './workspace.ts';

export type Turns = Script['turns'];
/** Resolves with the chat on screen. */
export async function startJourney(options: JourneyOptions = {}): Promise<Journey> {
  return mayShare(options) ? sharedJourney(options) : ownJourney(options);
}

async function ownJourney({ files, window, env, development = false, ...options }: JourneyOptions): Promise<Journey> {
  const workspace = await temporaryWorkspace(files);
  const rehearsal = await startRehearsal();
  const ends: Array<() => Promise<void>> = [workspace.remove, rehearsal.close];
  const stop = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const all = { ...rehearsalEnvironment(rehearsal.url), ...env };
    const own = development ? ({ vsix: false, smokeTest: true } as const) : {};
    const vscode = await startVsCode({ ...options, ...own, workspace: workspace.folder, env: all });
    ends.push(vscode.stop);
    const page = await openWindow(vscode, development ? { ...window, url: developmentUrl(vscode) } : window);
    await openAssent(page);
    return { folder: workspace.folder, rehearsal, vscode, page, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A new conversation in the chat view, answered by these turns. */
export async function newConversation({ rehearsal, page }: Journey, turns: Turns): Promise<Frame> {
  rehearsal.reset();
  rehearsal.setScript({ turns });
  const now = await assentFrame(page);
  // Until the page knows its conversation, keys in it go nowhere.
  await now.locator('main.chat[data-conversation]').waitFor({ state: 'attached' });
  // One in which nothing was said yet is as good, and the command would keep it: at once, or after the prompt that follows.
  if ((await now.locator('main.chat .welcome').count()) > 0) {
    await now.getByTestId('composer').click();
    return now;
  }
  const before = await shownConversation(now);
  await runCommand(page, 'Assent: New Conversation');
  return await eventually(async () => {
    const chat = await assentFrame(page);
    const shown = await shownConversation(chat);
    assert.ok(shown !== '' && shown !== before, `The conversation is still ${shown}`);
    return chat;
  });
}

function shownConversation(chat: Frame): Promise<string | null> {
  return chat.locator('main.chat').getAttribute('data-conversation');
}

/** Writes a prompt and sends it with Enter. */
export async function prompt(chat: Frame, text: string): Promise<void> {
  await chat.getByTestId('composer').fill(text);
  await chat.getByTestId('composer').press('Enter');
  // The prompt itself may be out of sight soon, and what is out of sight is not drawn.
  await eventually(async () => assert.equal(await chat.getByTestId('composer').inputValue(), ''));
}

/** Resolves when no turn runs. Wait for something of the turn first. */
export async function turnEnded(chat: Frame): Promise<void> {
  await chat.getByTestId('stop').waitFor({ state: 'detached' });
}

/** The answer that holds the text. */
export async function answered(chat: Frame, text: string): Promise<void> {
  await chat.locator('[data-testid="message"][data-role="assistant"]', { hasText: text }).last().waitFor();
}

type Block = { type: string; text?: string; content?: unknown; is_error?: boolean };
type Body = { messages: Array<{ role: string; content: string | Block[] }> };

/** The result that the last call had, as the newest request tells the model. */
export function resultTold(rehearsal: Rehearsal): { text: string; isError: boolean } {
  const body = rehearsal.requests().at(-1)?.body as Body | undefined;
  const blocks = (body?.messages ?? []).flatMap(({ content }) => (typeof content === 'string' ? [] : content));
  const result = blocks.findLast((block) => block.type === 'tool_result');
  assert.ok(result, 'The model was told no result');
  const { content } = result;
  const text = typeof content === 'string' ? content : ((content ?? []) as Block[]).map((one) => one.text).join('\n');
  return { text, isError: result.is_error === true };
}

/** Every text that the newest request tells the model as part of the conversation, in order. */
export function requestText(rehearsal: Rehearsal): string {
  const texts: string[] = [];
  JSON.stringify((rehearsal.requests().at(-1)?.body as Body | undefined)?.messages ?? [], (_key, value: unknown) => {
    if (typeof value === 'string') texts.push(value);
    return value;
  });
  return texts.join('\n');
}

/** Tries until it does not throw any more; then its last error stands. */
export async function eventually<T>(check: () => T | Promise<T>, timeoutMs = 15_000): Promise<T> {
  for (const giveUpAt = Date.now() + timeoutMs; ; ) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** A step of a journey that leaves a picture of the window, `failed-<name>.png`, when it fails. */
export function pictured(name: string, journey: () => Journey | undefined, step: () => Promise<void>) {
  return async () => {
    try {
      await step();
    } catch (error) {
      const page = journey()?.page;
      if (page !== undefined && !page.isClosed()) await screenshot(page, `failed-${name}`).catch(() => undefined);
      throw error;
    }
  };
}
