// What tells about the machine and the time, and what reckons. Not what shows the environment or other processes.
import { names } from '../shell/options.ts';
import type { CommandTable, Entry } from './entry.ts';

const NOTHING: Entry = { operands: 'none' };

export const SYSTEM: CommandTable = {
  whoami: NOTHING,
  logname: NOTHING,
  tty: { flags: 's', operands: 'none' },
  arch: NOTHING,
  nproc: { long: names('all ignore='), operands: 'none' },
  // A name would be set; -f asks a name server.
  hostname: { flags: 's', long: names('short'), operands: 'none' },
  uname: {
    flags: 'amnoprsvi',
    long: names(`
      all kernel-name nodename kernel-release kernel-version machine processor hardware-platform operating-system
    `),
    operands: 'none',
  },
  id: { flags: 'gGnruz', long: names('group groups name real user zero'), operands: 'data' },
  groups: { operands: 'data' },
  uptime: { flags: 'ps', long: names('pretty since'), operands: 'none' },
  free: {
    flags: 'bghklmtvw',
    long: names('bytes kibi mebi gibi human lohi si total wide'),
    operands: 'none',
  },
  df: {
    flags: 'ahHiklmPT',
    valued: 'Btx',
    long: names(`
      all block-size= human-readable si inodes local portability print-type output[=] total type= exclude-type=
    `),
    operands: 'paths',
  },
  locale: { flags: 'a', long: names('all-locales'), operands: 'none' },
  getconf: { flags: 'a', operands: 'data', check: ({ operands }) => operands.length === 1 },
  date: {
    flags: 'uR',
    valued: 'dr',
    attached: 'I',
    long: names('utc universal rfc-email iso-8601[=] rfc-3339= date= reference= debug'),
    // `-r` takes a file here and seconds elsewhere; a number is as good as a name.
    files: ['r', 'reference'],
    operands: 'data',
    // Any other operand sets the clock.
    check: ({ operands }) => operands.every((word) => word.startsWith('+')),
  },
  cal: { flags: '13jmswy', valued: 'ABn', operands: 'data' },
  seq: {
    flags: 'w',
    valued: 'fst',
    number: true,
    long: names('equal-width format= separator='),
    operands: 'data',
    check: ({ operands }) => operands.every((word) => /^[-+]?[\d.]+(e[-+]?\d+)?$/i.test(word)),
  },
  // No option but --help; it reckons with what it is given.
  expr: { operands: 'data', check: ({ given }) => given.size === 0 },
  factor: { operands: 'data' },
  sleep: { operands: 'data', check: ({ operands }) => operands.every((word) => /^\d{1,3}(\.\d+)?s?$/.test(word)) },
};
