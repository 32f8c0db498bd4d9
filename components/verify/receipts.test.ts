import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkpointText } from '../../domain/credit/checkpoint';
import { type LedgerTx, txHash } from '../../domain/credit/hashChain';
import { merklePath, merkleRoot } from '../../domain/credit/merkle';
import type { Posting } from '../../domain/credit/posting';
import { type PublishedKey, type Receipt, verifyReceipt } from '../../domain/credit/receipt';
import { parseReceipt, receiptText } from '../../domain/credit/receiptText';
import { sha256 } from '../../domain/credit/sha256';
import { DomainError } from '../../domain/errors';
import { checkSignature } from './checkSignature';
import { receiptIn } from './receiptInput';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 150;
const QR_BYTES_MAX = 1_500;
const pair = generateKeyPairSync('ed25519');
const KEY: PublishedKey = {
  keyId: '0123456789abcdef',
  publicKey: Buffer.from(pair.publicKey.export({ format: 'jwk' }).x!, 'base64url').toString('hex'),
};

const topUp = (id: number, reference: string, account = 'A1'): LedgerTx => ({
  id: String(id),
  key: `topup:wechat:${reference}`,
  kind: 'topup',
  at: 1_757_462_400_000 + id,
  ccy: 'CNY',
  postings: [
    { s: 'psp:wechat', d: `cust:${account}:arrears`, a: 304_900n, ccy: 'CNY' },
    { s: 'psp:wechat', d: `cust:${account}:ec`, a: 10_000_000n, ccy: 'CNY' },
    { s: 'psp:wechat', d: `cust:${account}:cash`, a: 89_695_100n, ccy: 'CNY' },
  ],
});

/** The longest code that an import takes. */
const LONGEST = 'A'.repeat(32);

/**
 * The largest transaction that the product makes: a charge posts once for each pot that it empties, and once for each fund that pays
 * a part. After a gap it may go through a year of monthly subsidies.
 */
function hugeCharge(id: number): LedgerTx {
  const pots = [
    ...Array.from({ length: 12 }, (_, i) => `subsidy:${987_654 + i}`),
    'gift',
    'cash',
    'ec',
    'arrears',
  ];
  const from: Posting['s'][] = [
    ...pots.map((pot): Posting['s'] => `cust:${LONGEST}:${pot}`),
    ...['A', 'B'].map((letter): Posting['s'] => `fund:${letter.repeat(32)}`),
  ];
  const at = 1_757_462_400_000 + id;
  return {
    ...{ id: String(id), kind: 'charge', at, ccy: 'CNY' },
    key: `charge:${'M'.repeat(32)}:12:${at - 86_400_000}:${at}:10`,
    postings: from.map((s, i) => ({ s, d: 'rev:electricity', a: 9_000_000_000n + BigInt(i), ccy: 'CNY' })),
    lines: createHash('sha256').update('lines').digest('hex'),
  };
}

/** Written before the form was made shorter. */
const FIRST_FORM = {
  publicKey: '13048517d63a67951be97c85d37a52258d89f91fcdb14b183d921f7cbd624e2d',
  text: '1.WyIxMDIiLCJ0b3B1cCIsInRvcHVwOndlY2hhdDo0MjAwMDAxIiwxNzU3NDYyNDAwMDAwLCJDTlkiLCJBMSIsW1sicHNwOndlY2hhdCIsIn46YXJyZWFycyIsIjMwNDkwMCJdLFsicHNwOndlY2hhdCIsIn46Y2FzaCIsIjk5Njk1MTAwIl1dLCIiLDIsIjEwMCIsIjEwMyIsMywxNzU3NDYzMDAwMDAwLCIwMTIzNDU2Nzg5YWJjZGVmIiwiTFIiLCJwIl0.oxCkP4X0A9r3CixO9PuLEeEP4F1sszM7rbrDc27pSsDYmtyfds9BLzG2p0Eh1GtWUJ-VtJpFR9Cn8o3am46u-VAxkEbiu0Lwy3b8Z-ZYNWnYgbWHMbQyKeq-UL5JI5Q9dmFjE77PHZ08l5k9uFUjrehOj3tiLW322pdtcwqx0gxtt9gD508f-n2PWtwL-Vs-Fb9Mg3P_-t9UYifMbGdCy5LOUNtd770L6P2_pHciABsNOdpoUKqEBRNm2q5ZYqQDA_bcg30BMTa9mF6_m98pv5ETRKq0hNZuhVFwN1ddyd4',
};

/** The receipt of transaction `at` among `count`, under the second checkpoint of a ledger. */
function receiptOf(
  count: number,
  at: number,
  tx: (id: number) => LedgerTx = (id) => topUp(id, `42000${id}`),
): Receipt {
  const first = 101;
  const own = tx(first + at);
  const hashes = Array.from({ length: count }, (_, i) =>
    i === at ? txHash(own, sha256) : createHash('sha256').update(`other ${i}`).digest('hex'),
  );
  const record = {
    n: 2,
    fromTx: 100n,
    toTx: BigInt(100 + count),
    count,
    root: merkleRoot(hashes, sha256),
    prevRoot: createHash('sha256').update('before').digest('hex'),
    madeMs: 1_757_463_000_000,
  };
  return {
    tx: own,
    txHash: hashes[at]!,
    path: merklePath(hashes, at, sha256),
    checkpoint: {
      ...record,
      keyId: KEY.keyId,
      signature: sign(null, Buffer.from(checkpointText(record)), pair.privateKey).toString('hex'),
    },
  };
}

const check = (text: string) => verifyReceipt(parseReceipt(text), [KEY], checkSignature);

describe('a key proves what it signed while it was in office', () => {
  const judged = (...later: PublishedKey[]) =>
    verifyReceipt(receiptOf(7, 3), [{ ...KEY, afterCheckpoint: 0 }, ...later], checkSignature);
  const next = (afterCheckpoint: number): PublishedKey => ({
    ...{ keyId: 'fedcba9876543210', publicKey: KEY.publicKey.replace(/^./, '0'), afterCheckpoint },
  });

  it('before another came, and alone', async () => {
    expect(await judged()).toEqual({ genuine: true, failed: null });
    expect(await judged(next(2))).toEqual({ genuine: true, failed: null });
  });

  it('and nothing later: whoever holds a key that was replaced makes no receipts with it', async () => {
    expect(await judged(next(1))).toEqual({ genuine: false, failed: 'KEY' });
  });
});

describe('a receipt proves itself', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('is read back as it was written and found genuine, whatever its place under the checkpoint', async () => {
    for (const [count, at] of [
      [1, 0],
      [2, 1],
      [7, 6],
      [1_000, 417],
    ] as const) {
      const receipt = receiptOf(count, at);
      const text = receiptText(receipt);
      expect(parseReceipt(text)).toEqual(receipt);
      expect(await check(text)).toEqual({ genuine: true, failed: null });
    }
  });

  it('of the first form, on paper somewhere, is read and judged as ever', async () => {
    const key = { keyId: '0123456789abcdef', publicKey: FIRST_FORM.publicKey };
    const receipt = parseReceipt(FIRST_FORM.text);
    expect(receipt.tx).toMatchObject({ id: '102', key: 'topup:wechat:4200001', kind: 'topup', ccy: 'CNY' });
    expect(receipt.tx.postings.map(({ d, a }) => [d, a])).toEqual([
      ['cust:A1:arrears', 304_900n],
      ['cust:A1:cash', 99_695_100n],
    ]);
    expect(await verifyReceipt(receipt, [key], checkSignature)).toEqual({ genuine: true, failed: null });
    const [version, words, hashes] = FIRST_FORM.text.split('.');
    const richer = Buffer.from(Buffer.from(words!, 'base64url').toString().replace('99695100', '99695101'));
    const forged = parseReceipt([version, richer.toString('base64url'), hashes].join('.'));
    expect(await verifyReceipt(forged, [key], checkSignature)).toEqual({ genuine: false, failed: 'CONTENT' });
  });

  it.each([
    ['a top-up that repays arrears and a loan', (id: number) => topUp(id, 'R'.repeat(64), LONGEST)],
    ['a charge that empties twelve subsidies, gift, cash and loan, with two funds', hugeCharge],
    [
      'its reversal',
      (id: number): LedgerTx => ({
        ...{ ...hugeCharge(id), key: `reverse:${id - 1}`, kind: 'reversal', reverses: String(id - 1) },
        postings: hugeCharge(id).postings.map(({ s, d, a, ccy }) => ({ s: d, d: s, a, ccy })),
      }),
    ],
  ])('fits a QR code of 1.5 kB with the longest codes and the deepest tree: %s', async (_, tx) => {
    const receipt = receiptOf(10_000, 5_000, tx);
    expect(receipt.path.length).toBe(14);
    const text = receiptText(receipt);
    expect(parseReceipt(text)).toEqual(receipt);
    expect(await check(text)).toEqual({ genuine: true, failed: null });
    const address = `https://energy.some-university.edu.cn/verify#${text}`;
    expect(Buffer.byteLength(address)).toBeLessThanOrEqual(QR_BYTES_MAX);
  });

  it(`with any letter changed it is refused or no receipt at all (${RUNS} runs)`, async () => {
    const text = receiptText(receiptOf(300, 211));
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.nat(letters.length - 1), async (at, with_) => {
        const letter = letters[with_]!;
        fc.pre(text[at] !== letter);
        const forged = text.slice(0, at) + letter + text.slice(at + 1);
        try {
          expect((await check(forged)).genuine).toBe(false);
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
          expect(error.reason).toMatch(/^RECEIPT_/);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('says which part does not hold', async () => {
    const receipt = receiptOf(50, 20);
    const { checkpoint } = receipt;
    const richer = receipt.tx.postings.map((posting) => ({ ...posting, a: posting.a * 10n }));
    const failures: [Receipt, string][] = [
      [{ ...receipt, tx: { ...receipt.tx, postings: richer } }, 'CONTENT'],
      [{ ...receipt, path: receipt.path.slice(1) }, 'PATH'],
      [{ ...receipt, checkpoint: { ...checkpoint, fromTx: 130n } }, 'RANGE'],
      [{ ...receipt, checkpoint: { ...checkpoint, keyId: 'fedcba9876543210' } }, 'KEY'],
      [{ ...receipt, checkpoint: { ...checkpoint, madeMs: checkpoint.madeMs + 1 } }, 'SIGNATURE'],
    ];
    for (const [forged, failed] of failures)
      expect(await verifyReceipt(forged, [KEY], checkSignature)).toEqual({ genuine: false, failed });
  });

  it('is judged alike by a browser without Ed25519 or without a secure context', async () => {
    const text = receiptText(receiptOf(5, 3));
    const forged = receiptText({
      ...receiptOf(5, 3),
      checkpoint: { ...receiptOf(5, 3).checkpoint, madeMs: 1 },
    });
    vi.stubGlobal('crypto', undefined);
    expect(await check(text)).toEqual({ genuine: true, failed: null });
    expect(await check(forged)).toEqual({ genuine: false, failed: 'SIGNATURE' });
    const importKey = () => Promise.reject(new DOMException('unknown', 'NotSupportedError'));
    vi.stubGlobal('crypto', { subtle: { importKey } });
    expect(await check(text)).toEqual({ genuine: true, failed: null });
    expect(await check(forged)).toEqual({ genuine: false, failed: 'SIGNATURE' });
  });

  it('has one text alone: the same fields written otherwise are no receipt', () => {
    const [version, fields] = receiptText(receiptOf(5, 3)).split('.');
    const [first, ...rest] = Buffer.from(fields!, 'base64url');
    // The same number in two bytes.
    const longer = Buffer.from([first! | 128, 0, ...rest]);
    expect(() => parseReceipt(`${version}.${longer.toString('base64url')}`)).toThrow(
      'not the text of a receipt',
    );
  });

  it('is found in a pasted address as well as alone', async () => {
    const text = receiptText(receiptOf(5, 3));
    expect(receiptIn(`  https://campus.example/verify#${text}\n`)).toBe(text);
    expect(receiptIn(text)).toBe(text);
    for (const wrong of ['', 'hello', '1.a', '1..', '2.', '2.QQ.QQ', `${text}.x`, `${text}AAAA`, '3.QQ'])
      expect(() => parseReceipt(wrong)).toThrow(DomainError);
  });
});
