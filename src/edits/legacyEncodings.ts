// Encodings older than Unicode, by the names VS Code has for them; the library that converts them is loaded on first use.
type Iconv = typeof import('iconv-lite');

/** Name → what people call it. No stateful encodings: there the bytes of a line depend on the lines before it. */
const LABELS: Readonly<Record<string, string>> = {
  euckr: 'EUC-KR',
  shiftjis: 'Shift JIS',
  eucjp: 'EUC-JP',
  gbk: 'GBK',
  gb18030: 'GB18030',
  gb2312: 'GB 2312',
  cp950: 'Big5',
  big5hkscs: 'Big5-HKSCS',
  windows1252: 'Windows 1252',
  iso88591: 'ISO 8859-1',
  iso88593: 'ISO 8859-3',
  iso885915: 'ISO 8859-15',
  macroman: 'Mac Roman',
  cp437: 'CP 437',
  cp850: 'CP 850',
  cp852: 'CP 852',
  cp857: 'CP 857',
  cp865: 'CP 865',
  cp866: 'CP 866',
  cp1125: 'CP 1125',
  windows1250: 'Windows 1250',
  windows1251: 'Windows 1251',
  windows1253: 'Windows 1253',
  windows1254: 'Windows 1254',
  windows1255: 'Windows 1255',
  windows1256: 'Windows 1256',
  windows1257: 'Windows 1257',
  windows1258: 'Windows 1258',
  windows874: 'Windows 874',
  iso88592: 'ISO 8859-2',
  iso88594: 'ISO 8859-4',
  iso88595: 'ISO 8859-5',
  iso88596: 'ISO 8859-6',
  iso88597: 'ISO 8859-7',
  iso88598: 'ISO 8859-8',
  iso88599: 'ISO 8859-9',
  iso885910: 'ISO 8859-10',
  iso885911: 'ISO 8859-11',
  iso885913: 'ISO 8859-13',
  iso885914: 'ISO 8859-14',
  iso885916: 'ISO 8859-16',
  koi8r: 'KOI8-R',
  koi8u: 'KOI8-U',
  koi8ru: 'KOI8-RU',
  koi8t: 'KOI8-T',
};

export const LEGACY_ENCODINGS: readonly string[] = Object.keys(LABELS);

export function isLegacy(name: string): boolean {
  return Object.hasOwn(LABELS, name);
}

export function labelOf(name: string): string {
  return LABELS[name] ?? name;
}

let iconv: Iconv | undefined;

/** Must have resolved once before `decodeLegacy` and `encodeLegacy` are called. */
export async function loadLegacy(): Promise<void> {
  if (iconv !== undefined) return;
  const loaded = await import('iconv-lite');
  iconv = loaded.default ?? loaded;
}

/** Undefined when some of the bytes stand for no character. */
export function decodeLegacy(bytes: Uint8Array, name: string): string | undefined {
  const text = library(name).decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), name, {
    stripBOM: false,
  });
  return text.includes('\ufffd') ? undefined : text;
}

/** What cannot be expressed becomes `?`: the caller must compare. */
export function encodeLegacy(text: string, name: string): Uint8Array {
  return library(name).encode(text, name);
}

function library(name: string): Iconv {
  if (iconv === undefined) throw new Error(`The conversion of ${name} was not loaded`);
  return iconv;
}
