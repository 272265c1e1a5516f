// The rehearsal model as a program: `--port N [--script FILE] [--log FILE]`. Prints one line with its address and runs until it
// is ended.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Script, startRehearsal } from './server.ts';

/** About as fast as one reads along. Scripts set their own. */
const WALK_RATE = 150;

try {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, script: { type: 'string' }, log: { type: 'string' } },
  });
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port ${values.port} is not a port.`);
  const script =
    values.script === undefined ? undefined : (JSON.parse(await readFile(values.script, 'utf8')) as Script);
  const rehearsal = await startRehearsal({
    port,
    ...(script === undefined ? { rate: WALK_RATE } : { script }),
    ...(values.log === undefined ? {} : { log: values.log }),
  });
  console.log(`Rehearsal model (not a real one) is listening: ${rehearsal.url}`);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void rehearsal.close().then(() => process.exit(0)));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
