import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDisconnectEligible, isReconnectEligible } from './arrears';
import {
  type AccountCredit,
  applyPostings,
  available,
  type CreditBuckets,
  EMPTY_BUCKETS,
  ledgerBalanceMicro,
} from './buckets';
import { takeCharge } from './consumption';
import {
  activateEmergencyCredit,
  type EmergencyCredit,
  NO_EMERGENCY_CREDIT,
  offerEmergencyCredit,
} from './emergencyCredit';
import { movementsOf, revenueAccount, reversePostings } from './posting';
import { applyTopUp, normaliseBuckets } from './repayment';

const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_000 : 100;

const REVENUE = revenueAccount('electricity');
const ACTIVE: EmergencyCredit = { status: 'ACTIVE', limitMicro: 10_000_000n };

function account(buckets: Partial<CreditBuckets>, emergencyCredit = NO_EMERGENCY_CREDIT): AccountCredit {
  return { accountCode: 'A1', ccy: 'CNY', buckets: { ...EMPTY_BUCKETS, ...buckets }, emergencyCredit };
}
const availableOf = ({ buckets, emergencyCredit }: AccountCredit): bigint =>
  available(buckets, emergencyCredit, 0n);
const standing = (credit: AccountCredit) => ({
  availableMicro: availableOf(credit),
  arrearsMicro: credit.buckets.arrearsMicro,
  disputedMicro: 0n,
  recoveryPlan: null,
});

describe('worked examples', () => {
  it('G10: an active loan covers the rest of a charge and is repaid before cash', () => {
    const charged = takeCharge(account({ cashMicro: 1_200_000n }, ACTIVE), 2_641_500n, REVENUE).credit;
    expect(charged.buckets).toMatchObject({ cashMicro: 0n, ecMicro: -1_441_500n, arrearsMicro: 0n });
    expect(availableOf(charged)).toBe(8_558_500n);
    const toppedUp = applyTopUp(charged, 20_000_000n, 'psp:wechat').credit;
    expect(toppedUp.buckets).toMatchObject({ cashMicro: 18_558_500n, ecMicro: 0n });
    expect(toppedUp.emergencyCredit.status).toBe('OFF');
    expect(availableOf(toppedUp)).toBe(18_558_500n);
  });

  it('G11: arrears while a cut is barred, repaid first, reconnecting only at arrears 0', () => {
    const charged = takeCharge(account({ cashMicro: 500_000n }), 804_900n, REVENUE).credit;
    expect(charged.buckets).toMatchObject({ cashMicro: 0n, arrearsMicro: -304_900n });
    expect(isDisconnectEligible(standing(charged))).toBe(true);
    const small = applyTopUp(charged, 300_000n, 'psp:wechat').credit;
    expect(small.buckets).toMatchObject({ cashMicro: 0n, arrearsMicro: -4_900n });
    expect(isReconnectEligible(standing(small), 0n)).toBe(false);
    const large = applyTopUp(small, 10_000_000n, 'psp:wechat').credit;
    expect(large.buckets).toMatchObject({ cashMicro: 9_995_100n, arrearsMicro: 0n });
    expect(isReconnectEligible(standing(large), 0n)).toBe(true);
  });

  it('G16: subsidy, then gift, then cash', () => {
    const subsidies = [{ grantId: 'S', balanceMicro: 2_000_000n, expiresAt: 9 }];
    const before = account({ subsidies, giftMicro: 1_000_000n, cashMicro: 5_000_000n });
    const { postings, credit } = takeCharge(before, 6_521_863n, REVENUE);
    expect(postings.map(({ s, a }) => [s, a])).toEqual([
      ['cust:A1:subsidy:S', 2_000_000n],
      ['cust:A1:gift', 1_000_000n],
      ['cust:A1:cash', 3_521_863n],
    ]);
    expect(credit.buckets.cashMicro).toBe(1_478_137n);
  });

  it('G23: an exhausted loan gives no headroom back before it is repaid', () => {
    const drawn = takeCharge(account({}, ACTIVE), 10_000_000n, REVENUE).credit;
    expect(drawn.emergencyCredit.status).toBe('EXHAUSTED');
    expect(availableOf(drawn)).toBe(-10_000_000n);
    const first = applyTopUp(drawn, 4_000_000n, 'psp:wechat').credit;
    expect(first.buckets.ecMicro).toBe(-6_000_000n);
    expect(availableOf(first)).toBe(-6_000_000n);
    expect(isReconnectEligible(standing(first), 0n)).toBe(false);
    const second = applyTopUp(first, 6_500_000n, 'psp:wechat').credit;
    expect(second.buckets).toMatchObject({ ecMicro: 0n, cashMicro: 500_000n });
    expect(isReconnectEligible(standing(second), 0n)).toBe(true);
  });

  it('G24: a reversal gives back what the charge took', () => {
    const before = account({ cashMicro: 100_000_000n });
    const charged = takeCharge(before, 846_215n, REVENUE);
    expect(charged.credit.buckets.cashMicro).toBe(99_153_785n);
    const reversed = reversePostings(charged.postings);
    expect(movementsOf([...charged.postings, ...reversed]).reduce((sum, m) => sum + m.amountMicro, 0n)).toBe(
      0n,
    );
    expect(reversed[0]).toMatchObject({ s: 'rev:electricity', d: 'cust:A1:cash' });
  });
});

it('takes the subsidy that lapses first, and the one without expiry last', () => {
  const subsidies = [
    { grantId: 'open', balanceMicro: 5n, expiresAt: null },
    { grantId: 'late', balanceMicro: 5n, expiresAt: 20 },
    { grantId: 'soon', balanceMicro: 5n, expiresAt: 10 },
  ];
  const { postings } = takeCharge(account({ subsidies }), 12n, REVENUE);
  expect(postings.map(({ s }) => s.split(':').at(-1))).toEqual(['soon', 'late', 'open']);
});

it('what exceeds the loan goes to arrears, and the loan is then used up', () => {
  const { credit } = takeCharge(account({}, ACTIVE), 12_000_000n, REVENUE);
  expect(credit.buckets).toMatchObject({ ecMicro: -10_000_000n, arrearsMicro: -2_000_000n });
  expect(credit.emergencyCredit.status).toBe('EXHAUSTED');
});

it('a recovery plan takes only its share of a top-up for arrears', () => {
  const { credit } = applyTopUp(account({ arrearsMicro: -8_000_000n }), 10_000_000n, 'psp:card', {
    recoveryRatePpm: 300_000,
  });
  expect(credit.buckets).toMatchObject({ arrearsMicro: -5_000_000n, cashMicro: 7_000_000n });
  const plan = { recoveryRatePpm: 300_000, instalmentPaid: true };
  expect(isReconnectEligible({ ...standing(credit), recoveryPlan: plan }, 0n)).toBe(true);
  expect(normaliseBuckets(credit, { recoveryRatePpm: 300_000 }).postings).toEqual([]);
});

it('after a re-rate, cash repays arrears and then the loan', () => {
  const messy = account({ cashMicro: 700n, arrearsMicro: -300n, ecMicro: -1_000n }, ACTIVE);
  const { postings, credit } = normaliseBuckets(messy);
  expect(postings).toEqual([
    { s: 'cust:A1:cash', d: 'cust:A1:arrears', a: 300n, ccy: 'CNY' },
    { s: 'cust:A1:cash', d: 'cust:A1:ec', a: 400n, ccy: 'CNY' },
  ]);
  expect(credit.buckets).toMatchObject({ cashMicro: 0n, arrearsMicro: 0n, ecMicro: -600n });
});

it('disputed money does not count toward a disconnect', () => {
  const poor = standing(account({ arrearsMicro: -100n }));
  expect(isDisconnectEligible(poor)).toBe(true);
  expect(isDisconnectEligible({ ...poor, disputedMicro: 101n })).toBe(false);
});

it('a loan is offered by balance, taken by a tap, once a month and one at a time', () => {
  const off: EmergencyCredit = { status: 'OFF', limitMicro: 10n };
  const offer = { limitMicro: 10n, availableMicro: 5n, offerAtMicro: 5n, grantedThisMonth: false };
  expect(offerEmergencyCredit(off, { ...offer, limitMicro: 0n })).toBe('OFF');
  expect(offerEmergencyCredit(off, { ...offer, availableMicro: 6n })).toBe('OFF');
  expect(offerEmergencyCredit(off, { ...offer, grantedThisMonth: true })).toBe('OFF');
  expect(offerEmergencyCredit(ACTIVE, { ...offer, availableMicro: 6n })).toBe('ACTIVE');
  const offered: EmergencyCredit = { ...off, status: offerEmergencyCredit(off, offer) };
  expect(activateEmergencyCredit(off, false)).toEqual({ refused: 'NOT_OFFERED' });
  expect(activateEmergencyCredit(offered, true)).toEqual({ refused: 'ALREADY_GRANTED_THIS_MONTH' });
  expect(activateEmergencyCredit(offered, false)).toEqual({
    emergencyCredit: { status: 'ACTIVE', limitMicro: 10n },
  });
  expect(activateEmergencyCredit({ status: 'EXHAUSTED', limitMicro: 10n }, false)).toEqual({
    refused: 'ALREADY_RUNNING',
  });
});

describe('properties of credit', () => {
  const micro = fc.bigInt(0n, 20_000_000n);
  const acts = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('charge' as const), amountMicro: micro }),
      fc.record({ kind: fc.constant('topUp' as const), amountMicro: fc.bigInt(1n, 20_000_000n) }),
    ),
    { maxLength: 30 },
  );
  const starts = fc.record({ giftMicro: micro, cashMicro: micro, subsidyMicro: micro, loan: fc.boolean() });

  it('T3, T4: no sequence loses money, makes value negative or debt positive', () => {
    fc.assert(
      fc.property(starts, acts, ({ giftMicro, cashMicro, subsidyMicro, loan }, sequence) => {
        const subsidies = [{ grantId: 'S', balanceMicro: subsidyMicro, expiresAt: null }];
        let credit = account({ subsidies, giftMicro, cashMicro }, loan ? ACTIVE : NO_EMERGENCY_CREDIT);
        for (const { kind, amountMicro } of sequence) {
          const before = ledgerBalanceMicro(credit.buckets);
          const move =
            kind === 'charge'
              ? takeCharge(credit, amountMicro, REVENUE)
              : applyTopUp(credit, amountMicro, 'psp:card');
          credit = move.credit;
          const { buckets } = credit;
          expect(ledgerBalanceMicro(buckets) - before).toBe(kind === 'charge' ? -amountMicro : amountMicro);
          expect(movementsOf(move.postings).reduce((sum, m) => sum + m.amountMicro, 0n)).toBe(0n);
          expect(buckets.cashMicro >= 0n && buckets.giftMicro >= 0n).toBe(true);
          expect(buckets.subsidies.every(({ balanceMicro }) => balanceMicro >= 0n)).toBe(true);
          expect(buckets.ecMicro <= 0n && buckets.ecMicro >= -10_000_000n && buckets.arrearsMicro <= 0n).toBe(
            true,
          );
          expect(normaliseBuckets(credit).postings).toEqual([]);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('T1: with cash alone, reversing and charging again ends where the right order ends', () => {
    fc.assert(
      fc.property(micro, micro, micro, micro, (cashMicro, wrong, right, later) => {
        const start = account({ cashMicro });
        const sorted = takeCharge(takeCharge(start, right, REVENUE).credit, later, REVENUE).credit;
        const first = takeCharge(start, wrong, REVENUE);
        const second = takeCharge(first.credit, later, REVENUE).credit;
        const reversed = applyPostings(second.buckets, 'A1', reversePostings(first.postings));
        const back = normaliseBuckets({ ...second, buckets: reversed }).credit;
        expect(normaliseBuckets(takeCharge(back, right, REVENUE).credit).credit.buckets).toEqual(
          sorted.buckets,
        );
      }),
      { numRuns: RUNS },
    );
  });
});
