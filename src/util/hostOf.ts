// The host of an address, as people are told it.

/** The host of an address, with its port where it has one; what is no address stands for itself. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
