// The files of dist/vendor/: packages that are read on first use, each one file that needs no other but the shared ones.

import { builtinModules } from 'node:module';
import path from 'node:path';
import * as esbuild from 'esbuild';

/** Several packages bring these along; what is asked of them comes from one file. Built of ES modules, without what nobody uses. */
const SHARED = ['@anthropic-ai/sdk', '@aws-sdk/credential-providers'];
/** Built of ES modules too. Others would lose their default export that way. */
const ES_MODULES = [...SHARED, '@anthropic-ai/bedrock-sdk'];
/** Ways out and programs of a package's own, in whose place it is always given ours. */
const LEFT_OUT = ['node-fetch', 'https-proxy-agent', 'open'];

/**
 * Turns `import('package')` into `require('./vendor/package.js')`, `require.resolve('package')` likewise, and takes the
 * modules of shared packages from theirs; collects the names of all in `vendors`, a set. `folder`: where vendor files lie, seen from the
 * file that is built. `own`: the package that is being built, which is whole.
 */
export function splitVendors(vendors, { folder = './vendor', own = '' } = {}) {
  return {
    name: 'split-vendors',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path: wanted, kind }) => {
        if (wanted.startsWith('node:') || wanted === 'vscode' || builtinModules.includes(wanted)) return undefined;
        const shared = packageOf(wanted);
        if (shared === own) return undefined;
        const apart = kind === 'dynamic-import' || kind === 'require-resolve';
        const mayLeave = apart && (own === '' || SHARED.includes(wanted));
        if (SHARED.includes(shared) && (!apart || shared !== wanted)) {
          vendors.add(wanted);
          return { path: wanted, namespace: 'shared' };
        }
        if (apart && LEFT_OUT.includes(wanted)) return { path: wanted, namespace: 'left-out' };
        if (!mayLeave) return undefined;
        vendors.add(wanted);
        return { path: `${folder}/${fileOf(wanted)}`, external: true };
      });
      build.onLoad({ filter: /./, namespace: 'shared' }, ({ path: wanted }) => {
        const shared = packageOf(wanted);
        const part = shared === wanted ? '' : `[${JSON.stringify(wanted.slice(shared.length + 1))}]`;
        return { contents: `module.exports = require('${folder}/${fileOf(shared)}')${part};` };
      });
      build.onResolve({ filter: /./, namespace: 'shared' }, ({ path: file }) => ({ path: file, external: true }));
      build.onLoad({ filter: /./, namespace: 'left-out' }, ({ path: name }) => ({
        contents: `throw new Error('${name} is not part of Assent: whatever goes out takes its one way out.');`,
      }));
    },
  };
}

/** Builds the files that `vendors` names, and those that they want themselves; resolves to esbuild's results. */
export async function buildVendors(vendors, options, outdir, root) {
  const results = [];
  const built = new Set();
  const buildOne = (name, contents) =>
    esbuild.build({
      ...options,
      plugins: [splitVendors(vendors, { folder: '.', own: name })],
      stdin: { contents, resolveDir: root, loader: 'js' },
      outfile: path.join(outdir, fileOf(name)),
    });
  // The shared ones come last: only then is it known what is asked of them.
  const single = () => [...vendors].filter((name) => !SHARED.includes(packageOf(name)) && !built.has(name));
  for (let next = single(); next.length > 0; next = single()) {
    for (const name of next) built.add(name);
    const contents = (name) =>
      ES_MODULES.includes(name) ? `export * from '${name}';` : `module.exports = require('${name}');`;
    results.push(...(await Promise.all(next.map((name) => buildOne(name, contents(name))))));
  }
  for (const shared of SHARED) {
    const asked = [...vendors].filter((name) => packageOf(name) === shared);
    if (asked.length === 0) continue;
    const lines = asked.map((name) =>
      name === shared
        ? `export * from '${name}';`
        : `export * as ${JSON.stringify(name.slice(shared.length + 1))} from '${name}';`,
    );
    results.push(await buildOne(shared, lines.join('\n')));
  }
  return results;
}

/** `@scope/name/inside/module` → `@scope/name` */
export function packageOf(name) {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

function fileOf(name) {
  return `${name.replace(/^@/, '').replace(/\//g, '-')}.js`;
}
