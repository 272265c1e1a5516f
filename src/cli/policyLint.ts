// `assent policy lint`: findings about rules, with their place.
import { homedir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ShellReader } from '../permissions/shell/script.ts';
import { type FileFinding, type LintFile, lintFiles } from '../policy/lintFiles.ts';
import { type PolicySource, sourceOf, sourcesOf } from '../policy/sources.ts';
import { defaultManagedDir } from '../settings/findFiles.ts';
import { settingsText } from '../settings/settingsText.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { errorCode, readableError } from '../util/readableError.ts';
import { asJsonLine, asLine } from './printed.ts';

/** Resolves to the exit status, or to what hinders. */
export async function policyLint(
  args: string[],
  output: NodeJS.WritableStream,
  shell: () => Promise<ShellReader>,
): Promise<number | string> {
  try {
    const { values, positionals } = parse(args);
    if (positionals.length > 1) return 'Name one folder.';
    const root = path.resolve(positionals[0] ?? '.');
    const home = path.resolve(values.home ?? homedir());
    const files = await readFiles(await chosen(values, root, home), values.settings !== undefined);
    if (typeof files === 'string') return files;
    const findings = await lintFiles(files, { root, home, platform: process.platform, shell: await shell() });
    for (const finding of findings) output.write(values.json ? asJsonLine(inData(finding)) : asLine(inWords(finding)));
    const count = (level: FileFinding['level']) => findings.filter((finding) => finding.level === level).length;
    const [wrong, doubtful, known] = [count('error'), count('warning'), count('info')];
    if (!values.json)
      output.write(
        `${some(files.length, 'file')}: ${some(wrong, 'error')}, ${some(doubtful, 'warning')}, ${some(known, 'note')}\n`,
      );
    return wrong > 0 || (values.strict && doubtful > 0) ? 1 : 0;
  } catch (error) {
    return readableError(error);
  }
}

function parse(args: string[]) {
  const options = {
    settings: { type: 'string', multiple: true },
    managed: { type: 'string' },
    home: { type: 'string' },
    strict: { type: 'boolean' },
    json: { type: 'boolean' },
  } as const;
  return parseArgs({ args, options, strict: true, allowPositionals: true });
}

async function chosen(
  { settings, managed, home: given }: ReturnType<typeof parse>['values'],
  root: string,
  home: string,
): Promise<PolicySource[]> {
  const named = (settings ?? []).map((file) => sourceOf(path.resolve(file), home));
  const organisation: PolicySource[] =
    managed === undefined ? [] : [{ scope: 'managed', file: path.resolve(managed), anchor: '/' }];
  if (settings !== undefined) return [...organisation, ...named];
  const config = given === undefined ? process.env['CLAUDE_CONFIG_DIR'] : undefined;
  const found = await sourcesOf({
    root,
    home,
    configDir: config || path.join(home, '.claude'),
    managedDir: defaultManagedDir(process.platform),
  });
  return managed === undefined ? found : [...organisation, ...found.filter(({ scope }) => scope !== 'managed')];
}

/** What was named must be there; what was looked for need not. */
async function readFiles(sources: readonly PolicySource[], named: boolean): Promise<LintFile[] | string> {
  const files: LintFile[] = [];
  for (const source of sources) {
    try {
      const text = await settingsText(source.file);
      if (text === undefined) return sayInEnglish({ code: 'settings.notAFile', args: { file: source.file } });
      files.push({ ...source, text });
    } catch (error) {
      const missing = ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
      if (missing && !named) continue;
      return missing ? `The file ${source.file} does not exist.` : `${source.file}: ${readableError(error)}`;
    }
  }
  return files;
}

function inWords({ file, line, column, level, because }: FileFinding): string {
  return `${shortPath(file)}:${line}:${column}: ${level} ${because.code} ${sayInEnglish(because)}`;
}

function inData({ file, line, column, level, because, rule, fix }: FileFinding): object {
  return { file, line, column, level, code: because.code, message: sayInEnglish(because), rule, fix };
}

function shortPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}

function some(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
