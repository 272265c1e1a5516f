// Output of a program as a terminal may show it: colours stay, everything else that steers a terminal goes.

const COLOURS = /^\x1b\[[\d;:]*m$/;
const SEQUENCES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][\s\S]*?(?:\x07|\x1b\\)|[PX^_][\s\S]*?\x1b\\|[ -/]*[0-~])?/g;
/** Control characters but tab, line feed, carriage return and escape; C1 controls too. */
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]/g;

export function terminalText(text: string): string {
  return text
    .replace(SEQUENCES, (sequence) => (COLOURS.test(sequence) ? sequence : ''))
    .replace(CONTROLS, '')
    .replace(/\r?\n/g, '\r\n');
}
