// How the values of environment variables are read: switches and numbers, in every form they are written in.

/** A switch is on for `1`, `true`, `yes` and `on`, in any letter case, and off for all else. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(1|true|yes|on)$/i.test(value.trim());
}

/** `2000`, `2e3` and `2_000`; undefined for what is no number and for an empty text. */
export function numberFrom(value: string | undefined): number | undefined {
  const text = value?.trim() ?? '';
  const number = /^\d[\d_]*$/.test(text) ? Number(text.replaceAll('_', '')) : Number(text || Number.NaN);
  return Number.isFinite(number) ? number : undefined;
}
