import { invalid } from '../errors';
import type { MerkleStep } from './merkle';
import { type LedgerAccountName, type Posting, parseCustomerAccount } from './posting';
import type { Receipt } from './receipt';
import { ByteReader, ByteWriter, bytesFromText, malformed, textFromBytes } from './receiptBytes';
import { parseReceipt1 } from './receiptText1';
import { bytesOfHex, hexOf } from './sha256';

/**
 * A receipt as text for a QR code: version and its fields as bytes in base64url. It fits the fragment of an address, which a
 * browser never sends, and a code of 1.5 kB. Receipts of the first form, which people hold on paper, are read as well.
 */
const VERSION = '2';
const HASH = 32;
const SIGNATURE = 64;

/** Beginnings of pots' names, by their place; a name is written as the longest that it begins with, and what is left. */
const POTS = ['', '~:', '~:cash', '~:gift', '~:ec', '~:arrears', 'cust:', 'psp:', 'rev:', 'fund:'];
/** Follows them for a subsidy of the receipt's own account, whose grant is written as a number. */
const SUBSIDY = POTS.length;
const OWN_SUBSIDY = /^~:subsidy:([1-9]\d{0,14})$/;
/** Stands for `cust:{account}` in the pots of the receipt's own account. */
const OWN = '~';

/** Which of the fields that may be absent stand there. */
const HAS = { lines: 1, reverses: 2, prevRoot: 4 };

export function receiptText({ tx, txHash, path, checkpoint }: Receipt): string {
  const account =
    tx.postings.flatMap(({ s, d }) => parseCustomerAccount(s) ?? parseCustomerAccount(d) ?? [])[0]
      ?.accountCode ?? '';
  const short = (pot: string) =>
    account !== '' && pot.startsWith(`cust:${account}:`) ? OWN + pot.slice(`cust:${account}`.length) : pot;
  const pots = [...new Set(tx.postings.flatMap(({ s, d }) => [short(s), short(d)]))];
  const out = new ByteWriter()
    .whole(
      (tx.lines === undefined ? 0 : HAS.lines) +
        (tx.reverses === undefined ? 0 : HAS.reverses) +
        (checkpoint.prevRoot === null ? 0 : HAS.prevRoot),
    )
    .whole(BigInt(tx.id))
    .text(tx.kind)
    .text(tx.key)
    .whole(tx.at)
    .text(tx.ccy)
    .text(account)
    .whole(pots.length);
  for (const pot of pots) writePot(out, pot);
  out.whole(tx.postings.length);
  for (const { s, d, a } of tx.postings)
    out
      .whole(pots.indexOf(short(s)))
      .whole(pots.indexOf(short(d)))
      .whole(a);
  if (tx.reverses !== undefined) out.whole(BigInt(tx.reverses));
  out
    .whole(checkpoint.n)
    .whole(checkpoint.fromTx)
    .whole(checkpoint.toTx)
    .whole(checkpoint.count)
    .whole(checkpoint.madeMs)
    .text(checkpoint.keyId)
    .whole(BigInt(`0b1${path.map(({ side }) => (side === 'LEFT' ? 0 : 1)).join('')}`));
  for (const { hash } of path) out.raw(bytesOfHex(hash));
  for (const hash of [txHash, checkpoint.root, checkpoint.signature, tx.lines, checkpoint.prevRoot])
    if (hash !== undefined && hash !== null) out.raw(bytesOfHex(hash));
  return `${VERSION}.${textFromBytes(out.done())}`;
}

/** @throws DomainError `invalid` `RECEIPT_FORM` where the text is no receipt, `RECEIPT_VERSION` where it is a later one */
export function parseReceipt(text: string): Receipt {
  const [version, ...parts] = text.trim().split('.');
  if (parts.length === 0) throw malformed();
  if (version === '1') return parseReceipt1(parts);
  if (version !== VERSION)
    throw invalid('/receipt', 'RECEIPT_VERSION', 'This receipt was made by another version of the product.');
  const [fields, ...rest] = parts;
  if (rest.length > 0) throw malformed();
  const receipt = readReceipt(new ByteReader(bytesFromText(fields!)));
  // Only the one text that a receipt is written as.
  if (receiptText(receipt) !== text.trim()) throw malformed();
  return receipt;
}

function readReceipt(from: ByteReader): Receipt {
  const has = from.count();
  const [id, kind, key, at, ccy] = [from.whole(), from.text(), from.text(), from.count(), from.text()];
  const account = from.text();
  const pots = many(from, () => {
    const pot = readPot(from);
    return pot.startsWith(OWN) ? `cust:${account}${pot.slice(OWN.length)}` : pot;
  });
  const pot = (): LedgerAccountName => {
    const name = pots[from.count()];
    if (name === undefined) throw malformed();
    return name as LedgerAccountName;
  };
  const postings = many(from, (): Posting => ({ s: pot(), d: pot(), a: from.whole(), ccy }));
  const reverses = has & HAS.reverses ? from.whole().toString() : undefined;
  const n = from.count();
  const [fromTx, toTx] = [from.whole(), from.whole()];
  const [count, madeMs, keyId] = [from.count(), from.count(), from.text()];
  // One digit for each step, behind a 1 that keeps those at the beginning.
  const [, ...sides] = from.whole().toString(2);
  const path = sides.map(
    (side): MerkleStep => ({
      side: side === '0' ? 'LEFT' : 'RIGHT',
      hash: hexOf(from.raw(HASH)),
    }),
  );
  const [txHash, root, signature] = [from.raw(HASH), from.raw(HASH), from.raw(SIGNATURE)].map(hexOf);
  const lines = has & HAS.lines ? hexOf(from.raw(HASH)) : undefined;
  const prevRoot = has & HAS.prevRoot ? hexOf(from.raw(HASH)) : null;
  from.end();
  return {
    tx: {
      ...{ id: id.toString(), key, kind, at, ccy, postings },
      ...(lines === undefined ? {} : { lines }),
      ...(reverses === undefined ? {} : { reverses }),
    },
    txHash: txHash!,
    path,
    checkpoint: { n, fromTx, toTx, count, root: root!, prevRoot, madeMs, keyId, signature: signature! },
  };
}

function writePot(out: ByteWriter, pot: string): void {
  const grant = OWN_SUBSIDY.exec(pot)?.[1];
  if (grant !== undefined) {
    out.whole(SUBSIDY).whole(BigInt(grant));
    return;
  }
  let begins = 0;
  POTS.forEach((known, at) => {
    if (pot.startsWith(known) && known.length > POTS[begins]!.length) begins = at;
  });
  out.whole(begins).text(pot.slice(POTS[begins]!.length));
}

function readPot(from: ByteReader): string {
  const at = from.count();
  if (at === SUBSIDY) return `~:subsidy:${from.whole()}`;
  const begins = POTS[at];
  if (begins === undefined) throw malformed();
  return begins + from.text();
}

function many<T>(from: ByteReader, read: () => T): T[] {
  const found: T[] = [];
  for (let left = from.count(); left > 0; left--) found.push(read());
  return found;
}
