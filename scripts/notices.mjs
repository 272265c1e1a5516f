// The licences of everything that others wrote and that we hand on, for dist/THIRD-PARTY-NOTICES.txt.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const INTRODUCTION = 'Assent is made with the following packages. Each comes under the licence that stands below it.';
const LINE = '-'.repeat(80);

/** `inputs`: files, below `root`, that went into the build. Throws for a package that does not say its licence. */
export async function notices(inputs, root) {
  const folders = new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []));
  const packages = await Promise.all([...folders].map((folder) => readPackage(path.join(root, folder))));
  const namesOf = new Map();
  for (const { name, text } of packages) namesOf.set(text, (namesOf.get(text) ?? new Set()).add(name));
  const parts = [...namesOf].map(([text, names]) => `${[...names].sort().join('\n')}\n\n${text}`).sort();
  return `${[INTRODUCTION, ...parts].join(`\n\n${LINE}\n\n`)}\n`;
}

async function readPackage(folder) {
  const { name, version, license, author, homepage } = JSON.parse(
    await readFile(path.join(folder, 'package.json'), 'utf8'),
  );
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
  if (texts.length === 0) {
    if (typeof license !== 'string') throw new Error(`${folder} does not say under which licence it comes.`);
    const by = typeof author === 'string' ? author : author?.name;
    texts.push([`Licence: ${license}`, by && `Author: ${by}`, homepage].filter(Boolean).join('\n'));
  }
  return { name: `${name} ${version}`, text: texts.map((text) => text.replace(/\r\n/g, '\n').trim()).join('\n\n') };
}
