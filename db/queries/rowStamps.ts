/**
 * The stamp of a row is the transaction that wrote its newest version (`xmin`), as text. It changes with every write,
 * whoever makes it and by whatever means, and with nothing else.
 */

/** Reads `id stamp,id stamp,…` as the locking queries aggregate it: one value is much cheaper to receive than many rows. */
export function readStamps(text: string | null | undefined): Map<number, string> {
  const stamps = new Map<number, string>();
  if (!text) return stamps;
  for (const pair of text.split(',')) {
    const at = pair.indexOf(' ');
    stamps.set(Number(pair.slice(0, at)), pair.slice(at + 1));
  }
  return stamps;
}
