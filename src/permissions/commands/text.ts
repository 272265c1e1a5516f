// Filters and viewers of text: what they are given they print, in another form.
import { names } from '../shell/options.ts';
import type { CommandTable, Entry } from './entry.ts';
import { isStandIn } from './shell.ts';

const HEAD: Entry = {
  flags: 'qvz',
  valued: 'nc',
  number: true,
  long: names('lines= bytes= quiet silent verbose zero-terminated'),
  operands: 'paths',
  globs: 'any',
};
const CHECKSUM: Entry = {
  flags: 'btz',
  long: names('binary text tag zero'),
  operands: 'paths',
  globs: 'any',
};
const ENCODED: Entry = { flags: 'di', valued: 'w', long: names('decode ignore-garbage wrap='), operands: 'paths' };

export const TEXT: CommandTable = {
  cat: {
    flags: 'AbeEnstTuv',
    long: names('show-all number-nonblank show-ends number squeeze-blank show-tabs show-nonprinting'),
    operands: 'paths',
    globs: 'any',
  },
  // Not -f: it would never end.
  head: HEAD,
  tail: HEAD,
  wc: {
    flags: 'clmwL',
    long: names('bytes chars lines max-line-length words total='),
    operands: 'paths',
    globs: 'any',
  },
  // Not -o, -T, --compress-program, --files0-from.
  sort: {
    flags: 'bcCdfghiMmnrRsuVz',
    valued: 'kt',
    long: names(`
      reverse numeric-sort unique key= field-separator= version-sort human-numeric-sort ignore-case stable
      ignore-leading-blanks dictionary-order general-numeric-sort ignore-nonprinting month-sort sort= merge
      zero-terminated check[=]
    `),
    operands: 'paths',
    globs: 'named',
  },
  // A second file would be written.
  uniq: {
    flags: 'cdDiuz',
    valued: 'fsw',
    long: names(`
      count repeated unique ignore-case skip-fields= skip-chars= check-chars= zero-terminated all-repeated[=] group[=]
    `),
    operands: 'paths',
    check: ({ operands }) => operands.length <= 1,
  },
  cut: {
    flags: 'snz',
    valued: 'bcdf',
    long: names('bytes= characters= delimiter= fields= complement only-delimited output-delimiter= zero-terminated'),
    operands: 'paths',
    globs: 'any',
  },
  tr: { flags: 'cCdst', long: names('complement delete squeeze-repeats truncate-set1'), operands: 'data' },
  nl: {
    flags: 'p',
    valued: 'bdfhilnsvw',
    long: names(`
      body-numbering= section-delimiter= footer-numbering= header-numbering= line-increment= join-blank-lines=
      number-format= no-renumber number-separator= starting-line-number= number-width=
    `),
    operands: 'paths',
    globs: 'any',
  },
  tac: { flags: 'br', valued: 's', long: names('before regex separator='), operands: 'paths', globs: 'any' },
  rev: { flags: '0', long: names('zero'), operands: 'paths', globs: 'any' },
  comm: {
    flags: '123z',
    long: names('total output-delimiter= check-order nocheck-order zero-terminated'),
    operands: 'paths',
  },
  cmp: {
    flags: 'bls',
    valued: 'in',
    long: names('silent quiet verbose print-bytes ignore-initial= bytes='),
    operands: 'paths',
  },
  join: {
    flags: 'iz',
    valued: '12aejotv',
    long: names('ignore-case check-order nocheck-order header zero-terminated'),
    operands: 'paths',
  },
  paste: {
    flags: 'sz',
    valued: 'd',
    long: names('delimiters= serial zero-terminated'),
    operands: 'paths',
    globs: 'any',
  },
  column: {
    flags: 'txned',
    valued: 'sNoRHEW',
    long: names('table separator= output-separator= table-columns= table-right= fillrows json table-name='),
    operands: 'paths',
    globs: 'any',
  },
  fold: { flags: 'bs', valued: 'w', long: names('bytes spaces width='), operands: 'paths', globs: 'any' },
  fmt: {
    flags: 'cstu',
    valued: 'wg',
    // Elsewhere -p takes no value.
    attached: 'p',
    long: names('width= goal= prefix= uniform-spacing split-only'),
    operands: 'paths',
  },
  expand: { flags: 'i', valued: 't', long: names('initial tabs='), operands: 'paths', globs: 'any' },
  unexpand: { flags: 'a', valued: 't', long: names('all first-only tabs='), operands: 'paths', globs: 'any' },
  tsort: { operands: 'paths' },
  // Not -l: it runs pr. Without -r, and of folders nothing: it would go through every link that lies in them.
  diff: {
    filesOnly: true,
    flags: 'abBcdeEinNpqstTuwyZ',
    valued: 'CDFIUWx',
    number: true,
    long: names(`
      brief report-identical-files unified[=] context[=] side-by-side width= left-column normal
      suppress-common-lines new-file text ignore-case ignore-all-space ignore-space-change minimal
      ignore-blank-lines ignore-trailing-space ignore-tab-expansion color[=] exclude= strip-trailing-cr
      expand-tabs initial-tab show-c-function show-function-line= ignore-matching-lines= label= tabsize= ed rcs
      suppress-blank-empty speed-large-files
    `),
    operands: 'paths',
  },
  md5sum: CHECKSUM,
  sha1sum: CHECKSUM,
  sha224sum: CHECKSUM,
  sha256sum: CHECKSUM,
  sha384sum: CHECKSUM,
  sha512sum: CHECKSUM,
  b2sum: { ...CHECKSUM, valued: 'l' },
  shasum: {
    flags: 'bt0U',
    valued: 'a',
    long: names('binary text algorithm= UNIVERSAL'),
    operands: 'paths',
    globs: 'any',
  },
  md5: { flags: 'qr', operands: 'paths', globs: 'any' },
  cksum: {
    flags: 'z',
    valued: 'al',
    long: names('algorithm= untagged tag raw base64'),
    operands: 'paths',
    globs: 'any',
  },
  sum: { flags: 'rs', operands: 'paths', globs: 'any' },
  base64: ENCODED,
  base32: ENCODED,
  od: {
    flags: 'abcdfhilosvx',
    valued: 'AjNtS',
    attached: 'w',
    long: names('address-radix= skip-bytes= read-bytes= format= output-duplicates endian='),
    operands: 'paths',
  },
  hexdump: { flags: 'bcCdovx', valued: 'nse', operands: 'paths' },
  // A second file would be written, and -r writes one back.
  xxd: {
    flags: 'abeiEpu',
    valued: 'cglos',
    operands: 'paths',
    check: ({ operands }) => operands.length <= 1,
  },
  strings: {
    flags: 'afow',
    valued: 'nte',
    number: true,
    long: names('all bytes= print-file-name radix= encoding='),
    operands: 'paths',
    // `@file` stands for the words in that file; a name that is found may be such a one.
    check: ({ operands, values }) =>
      ![...operands, ...[...values.values()].flat()].some((word) => word.startsWith('@') || isStandIn(word)),
  },
  iconv: {
    flags: 'clsc',
    valued: 'ft',
    long: names('from-code= to-code= list silent'),
    operands: 'paths',
    // With a slash it is the name of a file.
    check: ({ values }) =>
      [...values.values()].flat().every((name) => /^[\w.:+-]*(\/\/(TRANSLIT|IGNORE)?)*$/i.test(name)),
  },
  // Not -m, -f, -C, -z, -Z: other magic, lists of names, a compiled file, helper programs.
  file: {
    flags: 'bhiIkLNr0E',
    valued: 'F',
    long: names(
      'brief mime mime-type mime-encoding dereference no-dereference extension keep-going no-pad raw separator=',
    ),
    operands: 'paths',
    globs: 'named',
  },
};
