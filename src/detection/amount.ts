const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const CENTS = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const DECIMALS = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

/** `50 USD`, `63.20 USD`, `1,250 USD`. */
export function usd(amount: number): string {
  return `${(Number.isInteger(amount) ? WHOLE : CENTS).format(amount)} USD`;
}

/** `1,342`, `5,010.5`. */
export function quantity(amount: number): string {
  return DECIMALS.format(amount);
}
