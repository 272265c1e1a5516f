// Bundles TypeScript of the tests and of the helpers that scripts share with them, for Node.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Bundles entry files (absolute, or relative to the root) into `outdir`, which lies below the root so that packages
 * are found. Resolves to the files made, in the order of the entries.
 */
export async function bundle(entries, outdir, { outbase = root, format = 'esm', external = [] } = {}) {
  const esbuild = await import('esbuild');
  const extension = format === 'esm' ? '.mjs' : '.cjs';
  const files = entries.map((entry) => path.resolve(root, entry));
  await esbuild.build({
    ...common(format),
    entryPoints: files,
    outdir: path.resolve(root, outdir),
    outbase: path.resolve(root, outbase),
    external,
    outExtension: { '.js': extension },
  });
  return files.map((file) =>
    path.resolve(root, outdir, path.relative(path.resolve(root, outbase), file).replace(/\.tsx?$/, extension)),
  );
}

/** Bundles a CommonJS text into one file, which lies below the root. */
export async function bundleText(text, outfile) {
  const esbuild = await import('esbuild');
  await esbuild.build({ ...common('cjs'), stdin: { contents: text, resolveDir: root, loader: 'js' }, outfile });
}

function common(format) {
  return {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format,
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    // Bundled CommonJS code asks for `require`, which a module of the standard kind does not have.
    ...(format === 'esm' ? { banner: { js: REQUIRE } } : {}),
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  };
}

/** Bundles one TypeScript file and imports it. Its code finds the checkout by ASSENT_ROOT. */
export async function load(entry) {
  process.env.ASSENT_ROOT = root;
  const folder = path.join(root, 'out/scripts', String(process.pid));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const [file] = await bundle([entry], folder);
  return import(pathToFileURL(file).href);
}

const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";
