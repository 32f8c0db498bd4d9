import { invalid } from '../errors';
import type { MerkleStep } from './merkle';
import { type LedgerAccountName, type Posting, parseCustomerAccount } from './posting';
import type { Receipt } from './receipt';
import { bytesOfHex, hexOf } from './sha256';

/**
 * A receipt as text for a QR code: version, what is read in words, and the hashes as bytes, each in base64url. It fits the
 * fragment of an address, which a browser never sends.
 */
const VERSION = '1';
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

export function receiptText({ tx, txHash, path, checkpoint }: Receipt): string {
  const account =
    tx.postings.flatMap(({ s, d }) => parseCustomerAccount(s) ?? parseCustomerAccount(d) ?? [])[0]
      ?.accountCode ?? '';
  const short = (pot: string) =>
    account !== '' && pot.startsWith(`cust:${account}:`) ? OWN + pot.slice(`cust:${account}`.length) : pot;
  const words: Words = [
    tx.id,
    tx.kind,
    tx.key,
    tx.at,
    tx.ccy,
    account,
    tx.postings.map(({ s, d, a }) => [short(s), short(d), a.toString()]),
    tx.reverses ?? '',
    checkpoint.n,
    checkpoint.fromTx.toString(),
    checkpoint.toTx.toString(),
    checkpoint.count,
    checkpoint.madeMs,
    checkpoint.keyId,
    path.map(({ side }) => side[0]).join(''),
    (tx.lines === undefined ? '' : 'l') + (checkpoint.prevRoot === null ? '' : 'p'),
  ];
  const hashes = [
    txHash,
    checkpoint.root,
    checkpoint.signature,
    tx.lines ?? '',
    checkpoint.prevRoot ?? '',
    ...path.map(({ hash }) => hash),
  ].join('');
  return [
    VERSION,
    toBase64(new TextEncoder().encode(JSON.stringify(words))),
    toBase64(bytesOfHex(hashes)),
  ].join('.');
}

/** @throws DomainError `invalid` `RECEIPT_FORM` where the text is no receipt, `RECEIPT_VERSION` where it is a later one */
export function parseReceipt(text: string): Receipt {
  const [version, first, second, ...rest] = text.trim().split('.');
  if (first === undefined || second === undefined || rest.length > 0) throw malformed();
  if (version !== VERSION)
    throw invalid('/receipt', 'RECEIPT_VERSION', 'This receipt was made by another version of the product.');
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
  const bytes = fromBase64(second);
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

function malformed() {
  return invalid('/receipt', 'RECEIPT_FORM', 'This is not the text of a receipt.');
}

const WHOLE = /^\d{1,24}$/;

function wordsOf(encoded: string): Words {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(fromBase64(encoded)));
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

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Only the one text that these bytes are written as: a changed last letter that decodes alike is no receipt of ours. */
function fromBase64(text: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  } catch {
    throw malformed();
  }
  if (toBase64(bytes) !== text) throw malformed();
  return bytes;
}
