/** The receipt in what somebody pasted: the text itself, or an address with it behind `#`. */
export function receiptIn(pasted: string): string {
  const text = pasted.trim();
  const at = text.indexOf('#');
  return at === -1 ? text : text.slice(at + 1);
}
