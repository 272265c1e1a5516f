// Makes the bundles with esbuild: dist/extension.js, dist/cli.js, dist/webview.js. A dynamic import of a package in our
// sources becomes a file of its own below dist/vendor/, read on first use, so that activation stays quick.
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Turns `import('package')` into `require('./vendor/package.js')` and collects the packages. */
export function splitVendors(vendors) {
  return {
    name: 'split-vendors',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, (args) => {
        if (args.kind !== 'dynamic-import' || args.path.startsWith('node:') || args.path === 'vscode') return undefined;
        const file = `${args.path.replace(/^@/, '').replace(/\//g, '-')}.js`;
        vendors.set(args.path, file);
        return { path: `./vendor/${file}`, external: true };
      });
    },
  };
}

const common = { bundle: true, absWorkingDir: root, logLevel: 'warning', legalComments: 'linked', sourcemap: false };

/** Builds everything into `outdir` (relative to the root); resolves to esbuild's metafiles. */
export async function build({ outdir = 'dist', minify = true } = {}) {
  await rm(path.join(root, outdir), { recursive: true, force: true });
  await mkdir(path.join(root, outdir), { recursive: true });
  const vendors = new Map();
  const node = {
    ...common,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minify,
    metafile: true,
    mainFields: ['module', 'main'],
    plugins: [splitVendors(vendors)],
  };
  const [extension, cli, webview] = await Promise.all([
    esbuild.build({
      ...node,
      entryPoints: ['src/extension.ts'],
      outfile: `${outdir}/extension.js`,
      external: ['vscode'],
    }),
    esbuild.build({
      ...node,
      entryPoints: ['src/cli.ts'],
      outfile: `${outdir}/cli.js`,
      banner: { js: '#!/usr/bin/env node' },
    }),
    esbuild.build({
      ...common,
      entryPoints: { webview: 'webview/main.tsx' },
      outdir,
      chunkNames: 'webview/[name]-[hash]',
      assetNames: 'webview/[name]-[hash]',
      format: 'esm',
      splitting: true,
      platform: 'browser',
      target: 'chrome128',
      minify,
      metafile: true,
      jsx: 'automatic',
      jsxImportSource: 'preact',
      loader: { '.ttf': 'file' },
    }),
  ]);
  await Promise.all(
    [...vendors].map(([name, file]) =>
      esbuild.build({
        ...node,
        plugins: [],
        stdin: { contents: `module.exports = require(${JSON.stringify(name)});`, resolveDir: root, loader: 'js' },
        outfile: `${outdir}/vendor/${file}`,
      }),
    ),
  );
  await cp(path.join(root, 'node_modules/@vscode/codicons/dist/codicon.ttf'), path.join(root, outdir, 'codicon.ttf'));
  await writeFile(
    path.join(root, outdir, 'meta.json'),
    JSON.stringify([extension, cli, webview].map((r) => r.metafile)),
  );
  return { extension, cli, webview };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build({ minify: !process.argv.includes('--dev') });
