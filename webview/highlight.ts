// Colours for code. The highlighter and each language are files of their own, loaded when a block first needs them.
import type { HLJSApi, LanguageFn } from 'highlight.js';

type Loaded = { default: LanguageFn };
const LANGUAGES: Readonly<Record<string, () => Promise<Loaded>>> = {
  bash: () => import('highlight.js/lib/languages/bash'),
  c: () => import('highlight.js/lib/languages/c'),
  cpp: () => import('highlight.js/lib/languages/cpp'),
  csharp: () => import('highlight.js/lib/languages/csharp'),
  css: () => import('highlight.js/lib/languages/css'),
  diff: () => import('highlight.js/lib/languages/diff'),
  dockerfile: () => import('highlight.js/lib/languages/dockerfile'),
  go: () => import('highlight.js/lib/languages/go'),
  ini: () => import('highlight.js/lib/languages/ini'),
  java: () => import('highlight.js/lib/languages/java'),
  javascript: () => import('highlight.js/lib/languages/javascript'),
  json: () => import('highlight.js/lib/languages/json'),
  kotlin: () => import('highlight.js/lib/languages/kotlin'),
  lua: () => import('highlight.js/lib/languages/lua'),
  makefile: () => import('highlight.js/lib/languages/makefile'),
  markdown: () => import('highlight.js/lib/languages/markdown'),
  php: () => import('highlight.js/lib/languages/php'),
  powershell: () => import('highlight.js/lib/languages/powershell'),
  python: () => import('highlight.js/lib/languages/python'),
  ruby: () => import('highlight.js/lib/languages/ruby'),
  rust: () => import('highlight.js/lib/languages/rust'),
  scss: () => import('highlight.js/lib/languages/scss'),
  sql: () => import('highlight.js/lib/languages/sql'),
  swift: () => import('highlight.js/lib/languages/swift'),
  typescript: () => import('highlight.js/lib/languages/typescript'),
  xml: () => import('highlight.js/lib/languages/xml'),
  yaml: () => import('highlight.js/lib/languages/yaml'),
};
const ALIASES: Readonly<Record<string, string>> = {
  'c++': 'cpp',
  cs: 'csharp',
  cjs: 'javascript',
  docker: 'dockerfile',
  golang: 'go',
  h: 'c',
  hpp: 'cpp',
  htm: 'xml',
  html: 'xml',
  js: 'javascript',
  jsonc: 'json',
  jsx: 'javascript',
  kt: 'kotlin',
  make: 'makefile',
  md: 'markdown',
  mjs: 'javascript',
  patch: 'diff',
  ps1: 'powershell',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  sh: 'bash',
  shell: 'bash',
  svg: 'xml',
  toml: 'ini',
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'typescript',
  vue: 'xml',
  yml: 'yaml',
  zsh: 'bash',
};
/** Longer code stays plain: colouring it would hold up the page. */
const CHARACTERS = 40_000;

let core: Promise<HLJSApi> | undefined;
const registered = new Map<string, Promise<void>>();

/** HTML of the code with `hljs-…` spans; undefined when the language is not known or the code is too long. */
export async function highlight(code: string, name: string): Promise<string | undefined> {
  const id = ALIASES[name] ?? name;
  const load = LANGUAGES[id];
  if (!load || code.length > CHARACTERS) return undefined;
  core ??= import('highlight.js/lib/core').then((module) => module.default);
  const hljs = await core;
  let ready = registered.get(id);
  if (!ready) {
    ready = load().then((module) => hljs.registerLanguage(id, module.default));
    registered.set(id, ready);
  }
  await ready;
  return hljs.highlight(code, { language: id, ignoreIllegals: true }).value;
}
