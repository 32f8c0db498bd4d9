import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chargeLinesHash } from './chargeLines';
import {
  canonicalTx,
  chainStart,
  entryHash,
  genesisHash,
  type LedgerTx,
  type StoredEntry,
  txHash,
  verifyChain,
} from './hashChain';
import { jcs } from './jcs';
import { merklePath, merkleRoot, verifyMerklePath } from './merkle';
import { customerAccount, type Posting, posting, revenueAccount } from './posting';
import { hexOf, type Sha256, sha256, sha256Hex } from './sha256';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 100;

const nodeSha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest();

const cash = customerAccount('A1', 'cash');
const tx1: LedgerTx = {
  id: '1',
  key: 'topup:wechat:4200001',
  kind: 'topup',
  at: 1757462400000,
  ccy: 'CNY',
  postings: [posting('psp:wechat', cash, 100_000_000n, 'CNY')],
};
const tx2: LedgerTx = {
  id: '2',
  key: 'charge:M7:1:1757462400000:1757466000000:0',
  kind: 'charge',
  at: 1757466000000,
  ccy: 'CNY',
  postings: [posting(cash, revenueAccount('electricity'), 846_215n, 'CNY')],
};
const TX1_HASH = 'f04f247f716973e6e047eb7f674265cb3280ed27dfd67f68f28a36a654003692';
const TX2_HASH = 'd18d354a760339cb33c567c78c8581a51f628f1783156a18372498fbc718351d';
const GENESIS = '00c66303e9169b40990c8555f170f89124853a7ad1337bb9c0e2327c1fdde0e3';
const ENTRY1 = 'eac1f027fb3dc3b712705ef22ac51d79860932852460eeb03156354596e7c744';
const ENTRY2 = '239d46ae933a21f6a129bd715ad3a424ad4fc724791df9e7825efedafab115a0';
const ROOT = '0bfbddb182f0e1a3f36b24ab8dbc0c78a45ab530130a7192d44b5c43f79e0993';

describe.each([
  ['in the browser', sha256],
  ['on the server', nodeSha256],
])('published vectors of the ledger, hashed %s', (_where, hash) => {
  it('reproduces the canonical text and hash of both transactions', () => {
    expect(canonicalTx(tx1)).toBe(
      '{"ccy":"CNY","id":"1","key":"topup:wechat:4200001","kind":"topup","postings":[{"a":"100000000","d":"cust:A1:cash","s":"psp:wechat"}],"t":"1757462400000"}',
    );
    expect(txHash(tx1, hash)).toBe(TX1_HASH);
    expect(txHash(tx2, hash)).toBe(TX2_HASH);
  });

  it('reproduces genesis and both entries of the account', () => {
    expect(genesisHash('cust:A1:cash', hash)).toBe(GENESIS);
    const first = { prevHash: GENESIS, acctSeq: 1, txHash: TX1_HASH };
    expect(entryHash({ ...first, amountMicro: 100_000_000n, balanceAfterMicro: 100_000_000n }, hash)).toBe(
      ENTRY1,
    );
    const second = { prevHash: ENTRY1, acctSeq: 2n, txHash: TX2_HASH };
    expect(entryHash({ ...second, amountMicro: -846_215n, balanceAfterMicro: 99_153_785n }, hash)).toBe(
      ENTRY2,
    );
  });

  it('reproduces the Merkle root', () => {
    expect(merkleRoot([TX1_HASH, TX2_HASH], hash)).toBe(ROOT);
  });
});

it('hashes any bytes as the platform does, block edges included', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(hexOf(sha256(bytes))).toBe(createHash('sha256').update(bytes).digest('hex'));
    }),
    { numRuns: RUNS },
  );
  for (const length of [0, 55, 56, 63, 64, 119, 120, 128])
    expect(hexOf(sha256(new Uint8Array(length)))).toBe(
      createHash('sha256').update(new Uint8Array(length)).digest('hex'),
    );
});

describe('canonical JSON', () => {
  it('sorts members by UTF-16 code units, omits undefined and keeps lists in order', () => {
    expect(jcs({ b: [2, 'é', null, true], a: undefined, '\u{1F600}': 1, '\uFB33': '\n"\\' })).toBe(
      '{"b":[2,"é",null,true],"\u{1F600}":1,"\uFB33":"\\n\\"\\\\"}',
    );
    expect(jcs({ z: {}, a: { d: 1e21, c: -0 } })).toBe('{"a":{"c":0,"d":1e+21},"z":{}}');
  });

  it('refuses what has no canonical form', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '\uD800', 'x\uDC00y'])
      expect(() => jcs(value)).toThrow(/form|surrogate/);
  });

  it('does not depend on the order in which members were written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.integer()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(jcs(reversed)).toBe(jcs(value));
        expect(Object.keys(JSON.parse(jcs(value)))).toHaveLength(Object.keys(value).length);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('an account chain', () => {
  const amounts = [100_000_000n, -846_215n, -5_000n, 20_000n, -1n];
  const entries: StoredEntry[] = [];
  let head = chainStart(cash, sha256);
  for (const amountMicro of amounts) {
    const txId = String(head.acctSeq + 1n);
    const link = {
      acctSeq: head.acctSeq + 1n,
      txHash: txHash({ ...tx1, id: txId }, sha256),
      amountMicro,
      balanceAfterMicro: head.balanceMicro + amountMicro,
    };
    const stored = { ...link, txId, entryHash: entryHash({ ...link, prevHash: head.hash }, sha256) };
    entries.push(stored);
    head = { acctSeq: stored.acctSeq, balanceMicro: stored.balanceAfterMicro, hash: stored.entryHash };
  }

  it('verifies whole and in pieces', () => {
    expect(verifyChain(chainStart(cash, sha256), entries, sha256)).toEqual({ valid: true, head });
    const part = verifyChain(chainStart(cash, sha256), entries.slice(0, 2), sha256);
    expect(part.valid && verifyChain(part.head, entries.slice(2), sha256)).toEqual({ valid: true, head });
  });

  it('T5: names the first changed entry, whatever was changed in it', () => {
    const changes: ((entry: StoredEntry) => Partial<StoredEntry>)[] = [
      (entry) => ({ acctSeq: BigInt(entry.acctSeq) + 1n }),
      (entry) => ({ amountMicro: entry.amountMicro + 1n }),
      (entry) => ({ balanceAfterMicro: entry.balanceAfterMicro - 1n }),
      (entry) => ({ txHash: flipHex(entry.txHash) }),
      (entry) => ({ entryHash: flipHex(entry.entryHash) }),
    ];
    fc.assert(
      fc.property(fc.nat(entries.length - 1), fc.constantFrom(...changes), (index, change) => {
        const bad = entries.map((entry, at) => (at === index ? { ...entry, ...change(entry) } : entry));
        const verdict = verifyChain(chainStart(cash, sha256), bad, sha256);
        expect(verdict).toMatchObject({ valid: false, txId: entries[index]!.txId });
      }),
      { numRuns: RUNS },
    );
  });

  it('T5: sees a wrong balance even if its entry was hashed again', () => {
    const [first, second] = entries as [StoredEntry, StoredEntry, ...StoredEntry[]];
    const wrong = { ...second, balanceAfterMicro: second.balanceAfterMicro + 1n };
    const forged = { ...wrong, entryHash: entryHash({ ...wrong, prevHash: first.entryHash }, sha256) };
    expect(verifyChain(chainStart(cash, sha256), [first, forged], sha256)).toMatchObject({
      valid: false,
      txId: '2',
      fault: 'BALANCE',
    });
  });

  it('T5: sees an entry taken out of the middle', () => {
    const cut = [...entries.slice(0, 2), ...entries.slice(3)];
    expect(verifyChain(chainStart(cash, sha256), cut, sha256)).toMatchObject({
      valid: false,
      txId: '4',
      fault: 'SEQUENCE_GAP',
    });
  });
});

it('every leaf of every tree size proves itself and nothing else', () => {
  for (let count = 1; count <= 17; count += 1) {
    const hashes = Array.from({ length: count }, (_, index) =>
      txHash({ ...tx1, id: String(index) }, nodeSha256),
    );
    const root = merkleRoot(hashes, nodeSha256);
    hashes.forEach((leaf, index) => {
      const path = merklePath(hashes, index, nodeSha256);
      expect(verifyMerklePath(leaf, path, root, nodeSha256)).toBe(true);
      expect(verifyMerklePath(flipHex(leaf), path, root, nodeSha256)).toBe(false);
    });
  }
});

it('the hash of charge lines depends on their values, not on how the record was built', () => {
  const line = { period: 'F', tier: '1', q_u: '617000', price_u: '528300', amount_n: '325961100000' };
  const record = { ...line, payer: 'customer', estimated: false };
  const shuffled = { estimated: false, payer: 'customer', ...line };
  expect(chargeLinesHash([record], sha256)).toBe(chargeLinesHash([shuffled], sha256));
  expect(chargeLinesHash([{ ...record, q_u: '617001' }], sha256)).not.toBe(chargeLinesHash([record], sha256));
});

function flipHex(hex: string): string {
  return (hex.startsWith('0') ? '1' : '0') + hex.slice(1);
}

describe('the canonical text written by hand is the JCS form', () => {
  it('of transactions, whatever their texts hold', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 });
    fc.assert(
      fc.property(
        fc.record({
          id: text,
          key: text,
          kind: text,
          at: fc.nat(),
          lines: fc.option(text, { nil: undefined }),
          reverses: fc.option(text, { nil: undefined }),
          postings: fc.array(fc.record({ s: text, d: text, a: fc.bigInt({ min: 1n, max: 10n ** 20n }) }), {
            maxLength: 3,
          }),
        }),
        (raw) => {
          const postings = raw.postings.map((p) => ({ ...p, ccy: 'CNY' }) as Posting);
          const written = canonicalTx({ ...raw, ccy: 'CNY', postings });
          const { at, postings: flow, ...rest } = raw;
          expect(written).toBe(
            jcs({
              ...rest,
              ccy: 'CNY',
              t: String(at),
              postings: flow.map((p) => ({ s: p.s, d: p.d, a: p.a.toString() })),
            }),
          );
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('of charge lines', () => {
    const lines = [
      {
        period: 'P',
        tier: '1',
        q_u: '617000',
        price_u: '843200',
        amount_n: '520254400000',
        payer: 'CUSTOMER',
        estimated: false,
      },
      { period: '峰"\\', tier: '2', q_u: '1', price_u: '2', amount_n: '2', payer: 'FUND:x', estimated: true },
    ];
    expect(chargeLinesHash(lines, sha256)).toBe(sha256Hex(jcs(lines), sha256));
  });
});
