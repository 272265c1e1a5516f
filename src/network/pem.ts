// Certificates in a text of the PEM kind.

const CERTIFICATE = /-----BEGIN (?:X509 )?CERTIFICATE-----[^-]+-----END (?:X509 )?CERTIFICATE-----/g;

/** Each as a text of its own; what stands between them is left out. */
export function certificatesIn(text: string): string[] {
  return text.match(CERTIFICATE) ?? [];
}

/** The same certificate comes from several places, with other line ends. */
export function withoutDoubles(certificates: readonly string[]): string[] {
  return [...new Map(certificates.map((one) => [one.replace(/\s+/g, ''), one])).values()];
}
