// Amounts of money as people read them. All of them are estimates in US dollars.

/** `$0.00`, `< $0.01`, `$12.34`. */
export function usd(amount: number): string {
  if (amount === 0) return '$0.00';
  return amount < 0.01 ? '< $0.01' : `$${amount.toFixed(2)}`;
}

/** The same where the amount is compared with a limit, which may be small: `$0.0005`, `$0.25`. */
export function exactUsd(amount: number): string {
  if (amount === 0 || amount >= 0.01) return `$${amount.toFixed(2)}`;
  return `$${amount.toFixed(6).replace(/0+$/, '').replace(/\.$/, '')}`;
}
