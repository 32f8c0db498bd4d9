import { describe, expect, it } from 'vitest';
import { type ChargeLine, chargeLine, energyMicro, mergePieces } from '../tariffs/chargeLines';
import { rateInterval } from '../tariffs/rateSegment';
import type { TariffVersion } from '../tariffs/tariff';
import { bookOf, cst, flatTariff, micro, ONE_DAY_TYPE, TARIFF_A, TARIFF_B } from '../tariffs/testing';
import { chargeLinesHash } from './chargeLines';
import type { ChargeProof } from './chargeProof';
import { entryHash, genesisHash, txHash } from './hashChain';
import { customerAccount, posting, revenueAccount } from './posting';
import { sha256 } from './sha256';
import { PROOF_STEPS, verifyCharge } from './verifyCharge';

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
  return booked({
    account: 'A1',
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
    lines: mergePieces(pieces).map(chargeLine),
    tariff: { version: TARIFF_A.code, versions: [TARIFF_A], calendar: ONE_DAY_TYPE },
    readings: [
      { tsMs: T0, valueMicro: micro('1200.000') },
      { tsMs: T1, valueMicro: micro('1201.234') },
    ],
    rateRegisters: null,
    readingsSince: false,
    tiersElsewhere: false,
    ledger: null,
  });
}

/** The charge with a transaction, links and hashes that fit it: whoever forges a charge can make those. */
function booked(
  proof: ChargeProof,
  as: { account?: string; t0Ms?: number; revision?: number } = {},
): ChargeProof {
  const { amountMicro, t1Ms: atMs } = proof;
  if (amountMicro === 0n) return { ...proof, ledger: null };
  const cash = customerAccount(as.account ?? proof.account, 'cash');
  const revenue = revenueAccount('electricity');
  const postings = [posting(cash, revenue, amountMicro, 'CNY')];
  const linesHash = chargeLinesHash(proof.lines, sha256);
  const key = `charge:M7:1:${as.t0Ms ?? proof.t0Ms}:${atMs}:${as.revision ?? 0}`;
  const hash = txHash(
    { id: '2', key, kind: 'charge', at: atMs, ccy: 'CNY', postings, lines: linesHash },
    sha256,
  );
  const balanceAfterMicro = 100_000_000n - amountMicro;
  const link = { acctSeq: 1n, txHash: hash, amountMicro: -amountMicro, balanceAfterMicro };
  const unchained = { accountSeq: null, balanceAfterMicro: null, entryHash: null, prevHash: null };
  return {
    ...proof,
    ledger: {
      ...{ id: '2', key, kind: 'charge', atMs, currency: 'CNY', linesHash, txHash: hash, reverses: null },
      entries: [
        {
          ...{ pot: cash, amountMicro: -amountMicro, accountSeq: 1n, balanceAfterMicro, prevHash: null },
          entryHash: entryHash({ ...link, prevHash: genesisHash(cash, sha256) }, sha256),
        },
        { ...unchained, pot: revenue, amountMicro },
      ],
    },
  };
}

/** A charge of these lines alone, paid to the µ, over the registers that they add up to. */
function chargeOf(
  lines: ChargeProof['lines'],
  version: TariffVersion,
  change: Partial<ChargeProof> = {},
): ChargeProof {
  const base = proofOfG1();
  const quantityMicro = energyMicro(lines);
  const exactPico = lines.reduce((sum, line) => sum + BigInt(line.amount_n), 0n);
  const endMicro = base.startMicro + quantityMicro;
  return booked({
    ...base,
    ...{ lines, quantityMicro, endMicro, carryPico: 0n, amountMicro: exactPico / 1_000_000n },
    tariff: { version: version.code, versions: [version], calendar: ONE_DAY_TYPE },
    readings: [
      { tsMs: T0, valueMicro: base.startMicro },
      { tsMs: T1, valueMicro: endMicro },
    ],
    ...change,
  });
}

/** A line of energy of the customer's. */
const used = (period: string, tier: number, quantity: string, priceMicro: bigint): ChargeLine =>
  chargeLine({
    ...{ tariffVersion: '', period, tier, payer: 'CUSTOMER', estimated: false },
    ...{ quantityMicro: micro(quantity), priceMicro, numeratorPico: micro(quantity) * priceMicro },
  });

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
    expect(verdict.outcome).toBe('EQUAL');
    expect(verdict.unchecked).toEqual({});
    expect(verdict.lineAmountsMicro).toEqual([325_961n, 520_255n]);
    expect(verdict.lineAmountsMicro.reduce((a, b) => a + b, 0n)).toBe(846_216n);
    expect(verdict.carryAfterPico).toBe(200_000n);
  });

  it.each([
    ['REGISTERS', { ...proofOfG1(), endMicro: micro('1201.235') }],
    ['REGISTERS', { ...proofOfG1(), startMicro: micro('1300.000'), endMicro: micro('1301.234') }],
    ['SPLIT', withLine({ period: 'P' })],
    ['PRICES', withLine({ price_u: '528301' })],
    ['AMOUNT', { ...proofOfG1(), amountMicro: 846_217n }],
    ['AMOUNT', { ...proofOfG1(), carryPico: 100_000n }],
    ['AMOUNT', booked(proofOfG1(), { account: 'B7' })],
    ['AMOUNT', booked(proofOfG1(), { t0Ms: T0 - 3_600_000 })],
    ['LINES_HASH', withLine({ estimated: true })],
    ['TX_HASH', withLedger({ key: 'charge:M8' })],
    ['CHAIN', withLedger({ entries: [{ ...proofOfG1().ledger!.entries[0]!, balanceAfterMicro: 1n }] })],
  ] as const)('names %s when that is what was tampered with', (step, proof) => {
    const verdict = verifyCharge(proof);
    expect(verdict.steps[step]).toBe('DIFFERENT');
    expect(verdict.outcome).toBe('DIFFERENT');
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

  it('takes over less than 1 µ, and less than 1 µ more for each time that it was rated again', () => {
    // 846215.5 µ exactly, and what was taken over.
    const amountOf = (carryPico: bigint, revision: number) => {
      const amountMicro = (846_215_500_000n + carryPico) / 1_000_000n;
      return verifyCharge(booked({ ...proofOfG1(), carryPico, amountMicro }, { revision })).steps.AMOUNT;
    };
    expect(amountOf(999_999n, 0)).toBe('EQUAL');
    expect(amountOf(1_000_000n, 0)).toBe('DIFFERENT');
    expect(amountOf(-1n, 0)).toBe('DIFFERENT');
    expect(amountOf(3_157_800n, 5)).toBe('EQUAL');
    expect(amountOf(-1_157_800n, 2)).toBe('EQUAL');
    expect(amountOf(6_000_000n, 5)).toBe('DIFFERENT');
  });

  it('calls nothing wrong for what lies beyond the charge: whether a share was estimated', () => {
    expect(verifyCharge(withLine({ estimated: true })).steps).toMatchObject({
      SPLIT: 'EQUAL',
      TIERS: 'EQUAL',
    });
  });

  it('says what it could not check once the readings are gone, and does not call it wrong', () => {
    const verdict = verifyCharge({ ...proofOfG1(), readings: [] });
    expect(verdict.unchecked).toEqual({ SPLIT: 'READINGS_GONE', TIERS: 'READINGS_GONE' });
    expect(verdict.outcome).toBe('PART');
  });

  it('names every step that it could not recompute, with why, and calls only the rest equal', () => {
    const free = chargeOf([used('ALL', 1, '0.500', 0n)], flatTariff('FREE', 0, 0n));
    expect(verifyCharge(free)).toMatchObject({
      outcome: 'PART',
      unchecked: { LINES_HASH: 'NOTHING_BOOKED', TX_HASH: 'NOTHING_BOOKED', CHAIN: 'NOTHING_BOOKED' },
    });
  });
});

describe('the tariff that a charge names', () => {
  const gone = { readings: [] };

  it('has every price that was used, with or without readings', () => {
    const dear = chargeOf([used('F', 1, '0.617', 528_301n), used('P', 1, '0.617', 843_200n)], TARIFF_A, gone);
    expect(verifyCharge(dear).steps).toMatchObject({ PRICES: 'EQUAL', AMOUNT: 'EQUAL', TX_HASH: 'EQUAL' });
    expect(verifyCharge(dear)).toMatchObject({ outcome: 'DIFFERENT', steps: { TARIFF: 'DIFFERENT' } });
    const right = chargeOf(
      [used('F', 1, '0.617', 528_300n), used('P', 1, '0.617', 843_200n)],
      TARIFF_A,
      gone,
    );
    expect(verifyCharge(right)).toMatchObject({ outcome: 'PART', steps: { TARIFF: 'EQUAL' } });
  });

  it('was in force at the instant of the charge', () => {
    const later = { ...TARIFF_A, code: 'A-2', validFromMs: cst('2025-09-11 00:00') };
    const lines = [used('F', 1, '0.617', 528_300n), used('P', 1, '0.617', 843_200n)];
    const tariff = { version: 'A-2', versions: [TARIFF_A, later], calendar: ONE_DAY_TYPE };
    expect(verifyCharge(chargeOf(lines, TARIFF_A, { tariff })).steps.TARIFF).toBe('DIFFERENT');
    const early = chargeOf(lines, later);
    expect(verifyCharge(early).outcome).toBe('DIFFERENT');
  });

  it('has the periods of the lines within the charge', () => {
    // Valley is over since 07:00.
    const night = chargeOf([used('V', 1, '1.234', 268_300n)], TARIFF_A, gone);
    expect(verifyCharge(night).steps.TARIFF).toBe('DIFFERENT');
  });

  it('has the prices at which it takes what is exported, and no surcharges on that', () => {
    const version: TariffVersion = {
      ...TARIFF_A,
      exportPricesMicro: { F: 400_000n },
      surcharges: [{ code: 'grid', kind: 'PER_UNIT', valueMicro: 10_000n }],
    };
    const exported = (priceMicro: bigint) => ({ ...used('F', 1, '0.500', priceMicro), payer: 'SUPPLIER' });
    const verdict = (priceMicro: bigint) =>
      verifyCharge({ ...chargeOf([exported(priceMicro)], version, gone), amountMicro: -200_000n });
    expect(verdict(400_000n)).toMatchObject({
      steps: { TARIFF: 'EQUAL' },
      unchecked: { SPLIT: 'OTHER_REGISTER', TIERS: 'OTHER_REGISTER' },
    });
    expect(verdict(400_001n).steps.TARIFF).toBe('DIFFERENT');
  });

  it('has its surcharges, each reckoned on the lines beside it', () => {
    const version: TariffVersion = {
      ...TARIFF_A,
      surcharges: [{ code: 'grid', kind: 'PER_UNIT', valueMicro: 10_000n }],
    };
    const energy = [used('F', 1, '0.617', 528_300n), used('P', 1, '0.617', 843_200n)];
    const grid = (quantity: string, price = 10_000n) => used('PER_UNIT:grid', 0, quantity, price);
    const outcome = (...surcharges: ChargeLine[]) =>
      verifyCharge(chargeOf([...energy, ...surcharges], version, gone)).steps.TARIFF;
    expect(outcome(grid('1.234'))).toBe('EQUAL');
    expect(outcome(grid('1.235'))).toBe('DIFFERENT');
    expect(outcome(grid('1.234', 10_001n))).toBe('DIFFERENT');
    expect(outcome()).toBe('DIFFERENT');
    expect(outcome(grid('1.234'), used('PER_UNIT:other', 0, '1.234', 0n))).toBe('DIFFERENT');
  });
});

describe('what readings alone tell of a charge', () => {
  /** 1.5 kWh at the second tier's price, where these readings alone would say the first. */
  const second = (change: Partial<ChargeProof>) =>
    verifyCharge(chargeOf([used('ALL', 2, '1.500', 550_000n)], TARIFF_B, { accruedMicro: 0n, ...change }));

  it('tiers that other meters fill, too, are said to be not recomputed, and the use in each period is', () => {
    expect(second({ tiersElsewhere: true })).toMatchObject({
      outcome: 'PART',
      steps: { SPLIT: 'EQUAL', TIERS: 'UNCHECKED', TARIFF: 'EQUAL' },
      unchecked: { TIERS: 'TIERS_ELSEWHERE' },
    });
    expect(second({})).toMatchObject({ outcome: 'DIFFERENT', steps: { TIERS: 'DIFFERENT' } });
    expect(second({ accruedMicro: micro('100') }).outcome).toBe('EQUAL');
    // Other meters excuse no tier of another price, and no other quantity.
    const readings = [
      { tsMs: T0, valueMicro: micro('1200') },
      { tsMs: T1, valueMicro: micro('1201.4') },
    ];
    expect(second({ tiersElsewhere: true, readings }).steps.SPLIT).toBe('DIFFERENT');
  });

  it('a charge that later readings replaced is neither called equal nor wrong', () => {
    const between = { tsMs: cst('2025-09-10 08:30'), valueMicro: micro('1201.000') };
    const proof = proofOfG1();
    const readings = [proof.readings[0]!, between, proof.readings[1]!];
    expect(verifyCharge({ ...proof, readings }).outcome).toBe('DIFFERENT');
    expect(verifyCharge({ ...proof, readings, readingsSince: true })).toMatchObject({
      outcome: 'PART',
      unchecked: { SPLIT: 'READINGS_SINCE', TIERS: 'READINGS_SINCE' },
    });
  });

  it('follows the rate registers of a meter that has them', () => {
    const lines = [used('F', 1, '1.000', 528_300n), used('P', 1, '0.234', 843_200n)];
    const rateRegisters = { periods: ['P', 'F'], lsbMicro: 1_000n };
    const readings = [
      { tsMs: T0, valueMicro: micro('1200'), rates: { EA_T1: micro('700'), EA_T2: micro('500') } },
      { tsMs: T1, valueMicro: micro('1201.234'), rates: { EA_T1: micro('700.234'), EA_T2: micro('501') } },
    ];
    const proof = chargeOf(lines, TARIFF_A, { rateRegisters, readings });
    expect(verifyCharge(proof).outcome).toBe('EQUAL');
    expect(verifyCharge({ ...proof, rateRegisters: null }).steps.SPLIT).toBe('DIFFERENT');
  });

  it('a step back of a digit is no use and no rollover; the register before it stays the baseline', () => {
    const back = { tsMs: cst('2025-09-10 08:10'), valueMicro: micro('1199.999') };
    const proof = proofOfG1();
    const readings = [proof.readings[0]!, back, proof.readings[1]!];
    expect(verifyCharge({ ...proof, readings, modulusMicro: micro('100000') }).outcome).toBe('EQUAL');
    const wrapped = {
      ...proof,
      ...{ startMicro: micro('99999.5'), endMicro: micro('0.734'), modulusMicro: micro('100000') },
      readings: [
        { tsMs: T0, valueMicro: micro('99999.5') },
        { tsMs: T1, valueMicro: micro('0.734') },
      ],
    };
    expect(verifyCharge(wrapped).outcome).toBe('EQUAL');
  });
});
