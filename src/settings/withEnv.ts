// The text of a settings file with variables for a person to fill in.
import { applyEdits, modify, type ParseError, parse } from 'jsonc-parser';
import { isObject } from '../util/jsonValue.ts';

/** Variables that are there already stay as they are. Undefined for a text that is no settings file. */
export function withEnv(text: string, values: Readonly<Record<string, string>>): string | undefined {
  const body = text.trim() === '' ? '{}\n' : text;
  const errors: ParseError[] = [];
  const before: unknown = parse(body, errors, { disallowComments: true, allowTrailingComma: false });
  if (errors.length > 0 || !isObject(before)) return undefined;
  const env = before['env'];
  if (env !== undefined && !isObject(env)) return undefined;
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: body.includes('\r\n') ? '\r\n' : '\n' };
  return Object.entries(values)
    .filter(([name]) => env?.[name] === undefined)
    .reduce((all, [name, value]) => applyEdits(all, modify(all, ['env', name], value, { formattingOptions })), body);
}
