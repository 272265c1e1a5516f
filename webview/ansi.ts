// Removes what only a terminal understands from a command's output.

// CSI, OSC (ended by BEL or ST), other string sequences, and two-character escapes.
const ESCAPES =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[ -/]*[0-~])|\u009b[0-?]*[ -/]*[@-~]/g;
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f]/g;

/** Text as it would stand after printing: colours gone, a line that was overwritten with `\r` in its last form. */
export function plain(output: string): string {
  const text = output.replace(ESCAPES, '').replaceAll('\r\n', '\n');
  const lines = text.includes('\r') ? text.split('\n').map(lastWritten).join('\n') : text;
  return lines.replace(CONTROLS, '');
}

function lastWritten(line: string): string {
  const parts = line.split('\r').filter((part) => part !== '');
  return parts.at(-1) ?? '';
}
