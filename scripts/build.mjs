// Makes the bundles with esbuild: dist/extension.js, dist/cli.js, dist/webview.js. What is imported dynamically is read on
// first use, so that activation stays quick: packages from dist/vendor/, our own parts from files beside extension.js.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { notices } from './notices.mjs';
import { buildVendors, splitVendors } from './vendorFiles.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Turns `import('./folder/part.ts')` into `require('./part.js')` and collects the parts: name → source file. */
export function splitParts(parts) {
  return {
    name: 'split-parts',
    setup(build) {
      build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, (args) => {
        if (args.kind !== 'dynamic-import') return undefined;
        const name = path.basename(args.path, '.ts');
        parts.set(name, path.resolve(args.resolveDir, args.path));
        return { path: `./${name}.js`, external: true };
      });
    },
  };
}

/**
 * Takes VS Code's interface as it is. Imported as a module of the standard kind it would be copied, name by name, for every
 * file that uses it: a tenth of a second before the view is there.
 */
function vscodeAsItIs() {
  const imported = /^import \* as vscode from 'vscode';$/m;
  return {
    name: 'vscode-as-it-is',
    setup(build) {
      build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path: file }) => {
        const text = await readFile(file, 'utf8');
        return { contents: text.replace(imported, "import vscode = require('vscode');"), loader: 'ts' };
      });
    },
  };
}

/** The same for the page, packages and parts: each becomes a file below `webview/` that needs no other. Name → source. */
function splitPage(files) {
  return {
    name: 'split-page',
    setup(build) {
      build.onResolve({ filter: /./ }, (args) => {
        if (args.kind !== 'dynamic-import') return undefined;
        const own = args.path.startsWith('.');
        const name = own ? path.basename(args.path, '.ts') : args.path.replace(/^@/, '').replace(/\//g, '-');
        files.set(name, own ? path.resolve(args.resolveDir, args.path) : args.path);
        return { path: `./webview/${name}.js`, external: true };
      });
    },
  };
}

const common = { bundle: true, absWorkingDir: root, logLevel: 'warning', legalComments: 'linked', sourcemap: false };

/** Builds everything into `outdir` (relative to the root); resolves to esbuild's metafiles. */
export async function build({ outdir = 'dist', minify = true } = {}) {
  await rm(path.join(root, outdir), { recursive: true, force: true });
  await mkdir(path.join(root, outdir), { recursive: true });
  const vendors = new Set();
  const parts = new Map();
  const node = {
    ...common,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minify,
    sourcemap: !minify,
    metafile: true,
    mainFields: ['module', 'main'],
    plugins: [splitVendors(vendors)],
  };
  const inVsCode = {
    ...node,
    plugins: [splitParts(parts), splitVendors(vendors), vscodeAsItIs()],
    external: ['vscode'],
    // `require`: VS Code's own module loader stands behind it, and it is quicker than starting that of ES modules.
    supported: { 'dynamic-import': false },
  };
  const pageFiles = new Map();
  const inPage = {
    ...common,
    format: 'esm',
    platform: 'browser',
    target: 'chrome128',
    minify,
    sourcemap: !minify,
    metafile: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.ttf': 'file' },
  };
  const [extension, cli, webview] = await Promise.all([
    esbuild.build({ ...inVsCode, entryPoints: ['src/extension.ts'], outfile: `${outdir}/extension.js` }),
    esbuild.build({
      ...node,
      // What is read on first use are the same files as the extension's.
      plugins: [splitParts(parts), splitVendors(vendors)],
      // `require`, as in VS Code: an `import` of a vendor file would see none of its names.
      supported: { 'dynamic-import': false },
      entryPoints: ['src/cli.ts'],
      outfile: `${outdir}/cli.js`,
      banner: { js: '#!/usr/bin/env node' },
    }),
    // Without esbuild's own splitting: what the parts share would be one file more to wait for, before anything is drawn.
    esbuild.build({
      ...inPage,
      entryPoints: {
        webview: 'webview/main.tsx',
        permissions: 'webview/permissions/main.tsx',
        usage: 'webview/usage/main.tsx',
        mcp: 'webview/mcp/main.tsx',
        status: 'webview/status/main.tsx',
      },
      outdir,
      assetNames: 'webview/[name]-[hash]',
      plugins: [splitPage(pageFiles)],
    }),
  ]);
  const later = [];
  const built = new Set();
  // A part may itself have parts that are read later still.
  while (built.size < parts.size) {
    const next = [...parts].filter(([name]) => !built.has(name));
    for (const [name] of next) built.add(name);
    const files = next.map(([name, file]) => ({ ...inVsCode, entryPoints: [file], outfile: `${outdir}/${name}.js` }));
    later.push(...(await Promise.all(files.map((options) => esbuild.build(options)))));
  }
  const pageParts = await esbuild.build({
    ...inPage,
    entryPoints: Object.fromEntries(pageFiles),
    outdir: `${outdir}/webview`,
  });
  const { plugins: _, ...plain } = node;
  const vendorFiles = await buildVendors(vendors, plain, `${outdir}/vendor`, root);
  const files = [
    '@vscode/codicons/dist/codicon.ttf',
    'web-tree-sitter/web-tree-sitter.wasm',
    'tree-sitter-bash/tree-sitter-bash.wasm',
  ];
  await Promise.all(
    files.map((file) => cp(path.join(root, 'node_modules', file), path.join(root, outdir, path.basename(file)))),
  );
  const meta = [extension, cli, webview, pageParts, ...later, ...vendorFiles].map((result) => result.metafile);
  const inputs = meta.flatMap(({ outputs }) => Object.values(outputs).flatMap((output) => used(output.inputs)));
  const copied = files.map((file) => `node_modules/${file}`);
  await Promise.all([
    writeFile(path.join(root, outdir, 'meta.json'), JSON.stringify(meta)),
    writeFile(path.join(root, outdir, 'THIRD-PARTY-NOTICES.txt'), await notices([...inputs, ...copied], root)),
  ]);
  return { extension, cli, webview };
}

/** What a bundle kept something of: much is read only to be dropped. */
function used(inputs) {
  return Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build({ minify: !process.argv.includes('--dev') });
