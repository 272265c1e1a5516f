// What is wrong with a form, by its fields: what shows here already, and what the reader of the files says of it.
import type { Because } from '../../src/contracts/permission.ts';
import type { EditableScope } from '../../src/mcpProtocol.ts';
import { t } from '../l10n.ts';
import { pairsOf, type Values } from './formValues.ts';

export type FieldName = 'name' | keyof Values;
export type Faults = Partial<Record<FieldName, string>>;

/** A longer name leaves no room for those of its tools. */
const NAME_LENGTH = 47;
const HEADER = /^[\w!#$%&'*+.^`|~-]+$/;

/** `known`: the name as it stands in its file; it was good enough so far. */
export function formFaults(name: string, values: Values, scope: EditableScope, known: string | undefined): Faults {
  const faults: Faults = {};
  const given = name.trim();
  if (given === '') faults.name = t('Give the server a name.');
  else if (given !== known) {
    if (scope !== 'editor' && !/^[\w-]+$/.test(given)) faults.name = t('Use only letters, digits, - and _.');
    else if (given.length > NAME_LENGTH) faults.name = t('At most {amount} characters.', { amount: NAME_LENGTH });
  }
  if (values.type === 'stdio') {
    const command = values.command.trim();
    if (command === '') faults.command = t('Name the program to start.');
    else if (isCommandLine(command)) faults.command = t('Name the program alone; its arguments go below, one a line.');
    const { wrong } = pairsOf(values.env, '=');
    if (wrong !== undefined) faults.env = t('Line {line} has to be NAME=value, each name once.', { line: wrong });
  } else {
    const fault = addressFault(values.url.trim(), values.type === 'ws' ? ['ws:', 'wss:'] : ['http:', 'https:']);
    if (fault !== undefined) faults.url = fault;
    const { pairs, wrong } = pairsOf(values.headers, ':');
    const odd = Object.keys(pairs).find((header) => !HEADER.test(header));
    if (wrong !== undefined) faults.headers = t('Line {line} has to be Name: value, each name once.', { line: wrong });
    else if (odd !== undefined) faults.headers = t('{name} cannot be the name of a header.', { name: odd });
    const port = values.callbackPort.trim();
    if (port !== '' && !isWhole(port, 1, 65_535)) faults.callbackPort = t('A whole number from 1 to 65535.');
    const metadata = values.authServerMetadataUrl.trim();
    if (metadata !== '' && !(metadata.startsWith('https://') && URL.canParse(metadata)))
      faults.authServerMetadataUrl = t('A whole address that begins with {schemes}.', { schemes: 'https://' });
  }
  const timeout = values.timeout.trim();
  if (timeout !== '' && !isWhole(timeout, 1000, Number.MAX_SAFE_INTEGER))
    faults.timeout = t('A whole number of milliseconds, 1000 or more.');
  return faults;
}

/** As it is copied from a page of instructions. Blanks in a path belong to the path. */
function isCommandLine(command: string): boolean {
  const [program = '', ...others] = command.split(/\s+/);
  return others.length > 0 && !/[\\/$]/.test(program);
}

function addressFault(url: string, schemes: readonly string[]): string | undefined {
  if (url === '') return t('Give the address of the server.');
  // A variable may hold any part of it.
  if (/\$\{/.test(url) || (URL.canParse(url) && schemes.includes(new URL(url).protocol))) return undefined;
  return t('A whole address that begins with {schemes}.', { schemes: schemes.map((one) => `${one}//`).join(', ') });
}

function isWhole(text: string, least: number, most: number): boolean {
  const number = Number(text);
  return /^\d+$/.test(text) && number >= least && number <= most;
}

const FIELD_OF: Readonly<Record<string, FieldName>> = {
  'mcp.config.reserved': 'name',
  'mcp.config.hiddenName': 'name',
  'mcp.config.nameTaken': 'name',
  'mcp.config.type': 'type',
  'mcp.config.noType': 'type',
  'mcp.config.noCommand': 'command',
  'mcp.config.noUrl': 'url',
  'mcp.config.url': 'url',
  'mcp.config.scheme': 'url',
  'mcp.config.header': 'headers',
  'mcp.config.timeout': 'timeout',
};

/** The field that a refusal speaks of; undefined when it is about none. */
export function fieldOf({ code, args }: Because): FieldName | undefined {
  if (code === 'mcp.config.secretInFile') return entryField(args['field'] ?? '');
  const [, field] = /^mcp\.config\.field\.(\w+)$/.exec(code) ?? [];
  return field === undefined ? FIELD_OF[code] : entryField(field);
}

/** Of what it is called in an entry: `env.KEY`, `args[2]`. */
function entryField(path: string): FieldName | undefined {
  const [part = ''] = path.split(/[.[]/);
  switch (part) {
    case 'command':
    case 'args':
    case 'env':
    case 'cwd':
    case 'envFile':
    case 'url':
    case 'headers':
    case 'headersHelper':
    case 'alwaysLoad':
    case 'timeout':
      return part;
    case 'oauth':
      return 'clientId';
  }
  return undefined;
}
