import type { MerkleStep } from './merkle';
import type { LedgerAccountName, Posting } from './posting';
import type { Receipt } from './receipt';
import { bytesFromText, malformed } from './receiptBytes';
import { hexOf } from './sha256';

/**
 * The first form of a receipt's text, which is read and no longer written: version, what is read in words as JSON, and the hashes
 * as bytes, each in base64url.
 */
const HASH = 32;
const SIGNATURE = 64;
/** Stands for `cust:{account}` in the pots of the receipt's own account. */
const OWN = '~';

type Words = [
  id: string,
  kind: string,
  key: string,
  atMs: number,
  currency: string,
  account: string,
  postings: [string, string, string][],
  reverses: string,
  n: number,
  fromTx: string,
  toTx: string,
  count: number,
  madeMs: number,
  keyId: string,
  sides: string,
  /** `l` the lines' hash, `p` the root before: which of them stand among the bytes. */
  present: string,
];

/**
 * @param parts what follows the version, cut at the full stops
 * @throws DomainError `invalid` `RECEIPT_FORM` where they are no receipt
 */
export function parseReceipt1(parts: readonly string[]): Receipt {
  const [first, second, ...rest] = parts;
  if (first === undefined || second === undefined || rest.length > 0) throw malformed();
  const words = wordsOf(first);
  const [
    id,
    kind,
    key,
    at,
    ccy,
    account,
    postings,
    reverses,
    n,
    fromTx,
    toTx,
    count,
    madeMs,
    keyId,
    sides,
    has,
  ] = words;
  const bytes = bytesFromText(second);
  let offset = 0;
  const take = (length: number): string => {
    if (offset + length > bytes.length) throw malformed();
    offset += length;
    return hexOf(bytes.slice(offset - length, offset));
  };
  const hash = take(HASH);
  const root = take(HASH);
  const signature = take(SIGNATURE);
  const lines = has.includes('l') ? take(HASH) : undefined;
  const prevRoot = has.includes('p') ? take(HASH) : null;
  const path: MerkleStep[] = [...sides].map((side) => ({
    side: side === 'L' ? 'LEFT' : 'RIGHT',
    hash: take(HASH),
  }));
  if (offset !== bytes.length) throw malformed();
  const whole = (pot: string) => (pot.startsWith(OWN) ? `cust:${account}${pot.slice(1)}` : pot);
  return {
    tx: {
      id,
      key,
      kind,
      at,
      ccy,
      postings: postings.map(
        ([s, d, a]): Posting => ({
          s: whole(s) as LedgerAccountName,
          d: whole(d) as LedgerAccountName,
          a: BigInt(a),
          ccy,
        }),
      ),
      ...(lines === undefined ? {} : { lines }),
      ...(reverses === '' ? {} : { reverses }),
    },
    txHash: hash,
    path,
    checkpoint: {
      n,
      fromTx: BigInt(fromTx),
      toTx: BigInt(toTx),
      count,
      root,
      prevRoot,
      madeMs,
      keyId,
      signature,
    },
  };
}

const WHOLE = /^\d{1,24}$/;

function wordsOf(encoded: string): Words {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytesFromText(encoded)));
  } catch {
    throw malformed();
  }
  const forms = 'sssnssasnssnnsss';
  const fits =
    Array.isArray(parsed) &&
    parsed.length === forms.length &&
    parsed.every((value, i) =>
      forms[i] === 's'
        ? typeof value === 'string'
        : forms[i] === 'n'
          ? Number.isSafeInteger(value)
          : Array.isArray(value) && value.every(isPosting),
    );
  if (!fits) throw malformed();
  const words = parsed as Words;
  const [id, , , , , , , , , fromTx, toTx, , , , sides] = words;
  if (![id, fromTx, toTx].every((text) => WHOLE.test(text)) || !/^[LR]*$/.test(sides)) throw malformed();
  return words;
}

function isPosting(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length === 3 &&
    value.every((part) => typeof part === 'string') &&
    WHOLE.test(String(value[2]))
  );
}
