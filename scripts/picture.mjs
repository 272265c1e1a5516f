// npm run picture: takes docs/assent.png, the picture of the README, from a real VS Code.
import { load } from './bundle.mjs';
import { install } from './install.mjs';
import { makePackage } from './package.mjs';
import { endAll } from './processes.mjs';

try {
  await install({ vscode: true, git: true, browser: true });
  await makePackage();
  const { takePicture } = await load('test/support/picture.ts');
  console.log(`Taken: ${await takePicture('docs/assent.png')}`);
} catch (error) {
  console.error(error.stack ?? error.message);
  process.exitCode = 1;
} finally {
  await endAll();
}
