// Takes secrets out of a text that is about to be written to a log.

const TOKENS = [
  /\bsk-ant-[\w-]{8,}/g,
  /\b(?<=(?:Bearer|Basic)\s+)[\w.~+/=-]{8,}/gi,
  // `https://user:password@host`
  /(?<=:\/\/)[^\s/@]+(?=@)/g,
];
/** A name that says what follows: the name stays. */
const NAMED =
  /\b((?:x-api-key|api[-_]?key|(?:auth|access|refresh|id)?[-_]?token|authorization|password|secret)["']?\s*[:=]\s*["']?)(?!(?:Bearer|Basic)\b|\[hidden\])[^\s"',;]{6,}/gi;

/** Replaces the given values alone. For a text that is still to be read, or cut: half a secret is not found any more. */
export function hideValues(text: string, secrets: Iterable<string>): string {
  let out = text;
  for (const secret of secrets) out = out.replaceAll(secret, '[hidden]');
  return out;
}

/** Replaces the given values, and what looks like a credential, by `[hidden]`. */
export function redact(text: string, secrets: Iterable<string> = []): string {
  let out = hideValues(text, secrets);
  for (const token of TOKENS) out = out.replace(token, '[hidden]');
  return out.replace(NAMED, '$1[hidden]');
}
