// Takes secrets out of a text that is about to be written to a log.

const KNOWN_SHAPES = [
  /\bsk-ant-[\w-]{8,}/g,
  /\b(?:Bearer|Basic)\s+[\w.~+/=-]{8,}/gi,
  /\b(?:x-api-key|api[-_]?key|auth[-_]?token|authorization|password|secret)["']?\s*[:=]\s*["']?[^\s"',;]{6,}/gi,
];

/** Replaces the given values, and what looks like a credential, by `[hidden]`. */
export function redact(text: string, secrets: Iterable<string> = []): string {
  let out = text;
  for (const secret of secrets) out = out.replaceAll(secret, '[hidden]');
  for (const shape of KNOWN_SHAPES) out = out.replace(shape, '[hidden]');
  return out;
}
