// npm run rehearsal -- --port N [--script FILE] [--log FILE]: the rehearsal model alone.
import { spawn } from 'node:child_process';
import { bundle, root } from './bundle.mjs';
import { install } from './install.mjs';
import { fromWhereTheyAre } from './processes.mjs';

try {
  await install();
  const [file] = await bundle(['test/support/rehearsal/main.ts'], `out/scripts/${process.pid}`);
  // npm has moved us to the root of the checkout; paths mean the folder where it was called.
  const child = spawn(process.execPath, [file, ...process.argv.slice(2)], {
    cwd: fromWhereTheyAre('.'),
    stdio: 'inherit',
    env: { ...process.env, ASSENT_ROOT: root },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code) => (process.exitCode = code ?? 1));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
