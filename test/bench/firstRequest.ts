// Bytes of the first request of a conversation in the sample project, with all built-in tools.
import { startBenchConversation } from './kit/conversation.ts';
import type { Report } from './kit/figure.ts';
import { startModel } from './kit/model.ts';

export async function bench(report: Report): Promise<void> {
  const model = await startModel();
  const conversation = await startBenchConversation(model.url);
  try {
    await conversation.run('Hello');
    const { body } = await model.answeredTo(1);
    const parts = JSON.parse(body) as Record<string, unknown>;
    report({ name: 'firstRequest', value: Buffer.byteLength(body), unit: 'bytes', runs: 1 });
    for (const part of ['tools', 'system', 'messages']) {
      const value = Buffer.byteLength(JSON.stringify(parts[part]));
      report({ name: `firstRequest.${part}`, value, unit: 'bytes', runs: 1 });
    }
  } finally {
    await conversation.end();
    await model.close();
  }
}
