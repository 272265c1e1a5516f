// Pictures of every scene in every theme, for looking at. `node test/support/page/shots.mjs OUT [scene…]`; of the
// permissions page with PAGE=permissions, likewise PAGE=usage, PAGE=mcp and PAGE=status.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { startHarness } from './harness.mjs';
import { mcpScenes } from './mcpScenes.mjs';
import { permissionsScenes } from './permissionsScenes.mjs';
import { scenes } from './scenes.mjs';
import { statusScenes } from './statusScenes.mjs';
import { THEMES } from './themes.mjs';
import { usageScenes } from './usageScenes.mjs';

const [out = 'out/shots', ...wanted] = process.argv.slice(2);
const SIZES = { narrow: [220, 760], phone: [320, 1600], side: [400, 760], wide: [1200, 800], tall: [1200, 1600] };
const themes = (process.env.THEMES ?? Object.keys(THEMES).join()).split(',');
const sizes = (process.env.SIZES ?? Object.keys(SIZES).join()).split(',');
await mkdir(out, { recursive: true });
const OTHERS = { permissions: permissionsScenes, usage: usageScenes, mcp: mcpScenes, status: statusScenes };
const other = process.env.PAGE;
const harness = await startHarness(other ? { entry: `webview/${other}/main.tsx` } : {});
try {
  for (const [name, messages] of Object.entries((OTHERS[other] ?? scenes)())) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    for (const theme of themes) {
      for (const size of sizes) {
        const [width, height] = SIZES[size];
        const page = await harness.open({ theme, width, height });
        await page.say(...messages);
        await page.waitForTimeout(500);
        await page.screenshot({ path: path.join(out, `${name}-${theme}-${size}.png`) });
        if (page.errors.length > 0) console.error(name, theme, size, page.errors);
        await page.context().close();
      }
    }
  }
} finally {
  await harness.close();
}
