import { describe, expect, it } from 'vitest';
import { chargeLine, mergePieces } from '../tariffs/chargeLines';
import { rateInterval } from '../tariffs/rateSegment';
import { bookOf, cst, micro, ONE_DAY_TYPE, TARIFF_A } from '../tariffs/testing';
import { chargeLinesHash } from './chargeLines';
import { type ChargeProof, PROOF_STEPS, verifyCharge } from './chargeProof';
import { entryHash, genesisHash, txHash } from './hashChain';
import { customerAccount, posting, revenueAccount } from './posting';
import { sha256 } from './sha256';

const T0 = cst('2025-09-10 08:00');
const T1 = cst('2025-09-10 09:00');

/** Example G1 with a carry from before, booked as the first entry of its pot after a top-up of 100.00. */
function proofOfG1(): ChargeProof {
  const quantityMicro = micro('1.234');
  const { pieces } = rateInterval(
    bookOf([TARIFF_A]),
    { periodStartMs: 0, quantityMicro: 0n },
    { fromMs: T0, toMs: T1, quantityMicro },
    { intervalMs: 60_000 },
  );
  const lines = mergePieces(pieces).map(chargeLine);
  const cash = customerAccount('A1', 'cash');
  const postings = [posting(cash, revenueAccount('electricity'), 846_216n, 'CNY')];
  const linesHash = chargeLinesHash(lines, sha256);
  const key = `charge:M7:1:${T0}:${T1}:0`;
  const hash = txHash(
    { id: '2', key, kind: 'charge', at: T1, ccy: 'CNY', postings, lines: linesHash },
    sha256,
  );
  const prevHash = genesisHash(cash, sha256);
  const balanceAfterMicro = 100_000_000n - 846_216n;
  const link = { prevHash, acctSeq: 1n, txHash: hash, amountMicro: -846_216n, balanceAfterMicro };
  return {
    zone: 'Asia/Shanghai',
    intervalMs: 60_000,
    t0Ms: T0,
    t1Ms: T1,
    startMicro: micro('1200.000'),
    endMicro: micro('1201.234'),
    modulusMicro: null,
    quantityMicro,
    // 846215.5 µ exactly, and 0.7 µ from the charge before.
    amountMicro: 846_216n,
    accruedMicro: 0n,
    carryPico: 700_000n,
    lines,
    tariff: { versions: [TARIFF_A], calendar: ONE_DAY_TYPE },
    readings: [
      { tsMs: T0, valueMicro: micro('1200.000') },
      { tsMs: T1, valueMicro: micro('1201.234') },
    ],
    splitElsewhere: false,
    ledger: {
      id: '2',
      key,
      kind: 'charge',
      atMs: T1,
      currency: 'CNY',
      linesHash,
      txHash: hash,
      reverses: null,
      entries: [
        {
          pot: cash,
          amountMicro: -846_216n,
          accountSeq: 1n,
          balanceAfterMicro,
          entryHash: entryHash(link, sha256),
          prevHash: null,
        },
        {
          pot: revenueAccount('electricity'),
          amountMicro: 846_216n,
          accountSeq: null,
          balanceAfterMicro: null,
          entryHash: null,
          prevHash: null,
        },
      ],
    },
  };
}

function withLine(change: Partial<ChargeProof['lines'][number]>): ChargeProof {
  const proof = proofOfG1();
  return { ...proof, lines: [{ ...proof.lines[0]!, ...change }, ...proof.lines.slice(1)] };
}

function withLedger(change: Partial<NonNullable<ChargeProof['ledger']>>): ChargeProof {
  const proof = proofOfG1();
  return { ...proof, ledger: { ...proof.ledger!, ...change } };
}

describe('the proof of a charge', () => {
  it('is equal in every step for a charge as the engine made it, to the last digit', () => {
    const verdict = verifyCharge(proofOfG1());
    expect(Object.values(verdict.steps)).toEqual(PROOF_STEPS.map(() => 'EQUAL'));
    expect(verdict.equal).toBe(true);
    expect(verdict.lineAmountsMicro).toEqual([325_961n, 520_255n]);
    expect(verdict.lineAmountsMicro.reduce((a, b) => a + b, 0n)).toBe(846_216n);
    expect(verdict.carryAfterPico).toBe(200_000n);
  });

  it.each([
    ['REGISTERS', { ...proofOfG1(), endMicro: micro('1201.235') }],
    ['SPLIT', withLine({ period: 'P' })],
    ['PRICES', withLine({ price_u: '528301' })],
    ['AMOUNT', { ...proofOfG1(), amountMicro: 846_217n }],
    ['AMOUNT', { ...proofOfG1(), carryPico: 100_000n }],
    ['LINES_HASH', withLine({ estimated: true })],
    ['TX_HASH', withLedger({ key: 'charge:M8' })],
    ['CHAIN', withLedger({ entries: [{ ...proofOfG1().ledger!.entries[0]!, balanceAfterMicro: 1n }] })],
  ] as const)('names %s when that is what was tampered with', (step, proof) => {
    const verdict = verifyCharge(proof);
    expect(verdict.steps[step]).toBe('DIFFERENT');
    expect(verdict.equal).toBe(false);
  });

  it('splits an interval that begins before the charge as the engine did: over the whole interval', () => {
    const proof = proofOfG1();
    const middle = cst('2025-09-10 08:30');
    const lines = proof.lines.slice(1);
    const half: ChargeProof = {
      ...proof,
      t0Ms: middle,
      startMicro: micro('1200.617'),
      quantityMicro: micro('0.617'),
      lines,
      carryPico: 0n,
      amountMicro: 520_254n,
      ledger: null,
    };
    expect(verifyCharge(half).steps).toMatchObject({ REGISTERS: 'EQUAL', SPLIT: 'EQUAL', PRICES: 'EQUAL' });
  });

  it('takes no money for a rest that the charge before left', () => {
    const proof = withLedger({
      entries: proofOfG1().ledger!.entries.map((entry) => ({
        ...entry,
        amountMicro: entry.amountMicro < 0n ? -846_220n : 846_220n,
      })),
    });
    const verdict = verifyCharge({ ...proof, carryPico: 5_000_000n, amountMicro: 846_220n });
    expect(verdict.steps.AMOUNT).toBe('DIFFERENT');
  });

  it('calls nothing wrong for what lies beyond the charge: whether a share was estimated', () => {
    expect(verifyCharge(withLine({ estimated: true })).steps.SPLIT).toBe('EQUAL');
  });

  it('says what it could not check once the readings are gone, and does not call it wrong', () => {
    const verdict = verifyCharge({ ...proofOfG1(), readings: [] });
    expect(verdict.steps.SPLIT).toBe('UNCHECKED');
    expect(verdict.equal).toBe(true);
  });
});
