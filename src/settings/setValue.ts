// Sets one value of a settings file and leaves everything else in it as it stands.
import { applyEdits, modify, type ParseError, parse } from 'jsonc-parser';
import { readableError } from '../util/readableError.ts';
import { SettingsFault } from './fault.ts';
import { placesIn } from './places.ts';
import { currentText, inTurn, replaceText } from './remember.ts';

/** Creates the file when it is missing. Rejects with a `SettingsFault` when it is not valid, and changes nothing then. */
export function setValue(file: string, key: string | readonly string[], value: unknown): Promise<void> {
  return inTurn(file, async () => {
    const text = await currentText(file);
    const errors: ParseError[] = [];
    const body = text.replace(/^\ufeff/, '');
    const before: unknown = parse(body, errors, { disallowComments: true, allowTrailingComma: false });
    const isEmpty = body.trim() === '';
    const { line, column } = placesIn(body)(errors[0]?.offset ?? 0);
    if (!isEmpty && (errors.length > 0 || typeof before !== 'object' || before === null || Array.isArray(before)))
      throw new SettingsFault({
        code: 'settings.notRemembered',
        args: { file, line: String(line), column: String(column) },
      });
    const formattingOptions = { insertSpaces: true, tabSize: 2, eol: body.includes('\r\n') ? '\r\n' : '\n' };
    const start = isEmpty ? '{}\n' : body;
    const after = applyEdits(
      start,
      modify(start, typeof key === 'string' ? [key] : [...key], value, { formattingOptions }),
    );
    try {
      await replaceText(file, (text.startsWith('\ufeff') ? '\ufeff' : '') + after);
    } catch (error) {
      throw new SettingsFault({ code: 'settings.notWritten', args: { file, detail: readableError(error) } });
    }
  });
}
