// `>& file`, the older way to write `&> file`.

/** Only where the target is surely a name: a number or a dash would be a descriptor. */
export function isBothTo(operator: string, fd: number | undefined, target: string): boolean {
  return operator === '>&' && fd === undefined && /^[A-Za-z./_][\w./-]*$/.test(target);
}
