import { z } from 'zod';
import { pageOf, pageQuery, restCode, restDecimal, restInstant, restReason, restTime } from './restCommon';
import { pointSupplySchema, restUtility } from './restSupply';

/** Accounts, their money and what they were charged. */

export const accountSchema = z
  .strictObject({
    code: restCode,
    name: z.string().nullable(),
    kind: z.enum(['ROOM', 'PERSON', 'DEPT', 'PUBLIC']),
    status: z.enum(['ACTIVE', 'CLOSED']),
    space: restCode.nullable(),
    currency: z.string().meta({ description: 'Money, or KWH or M3 of an account in units.', example: 'CNY' }),
    ledger: restDecimal.meta({ description: 'Sum of the postings of all its pots.', example: '12.345678' }),
    unposted: restDecimal.meta({ description: 'Rated use that is not yet posted.', example: '0.528300' }),
    balance: restDecimal.meta({ description: '`ledger` minus `unposted`.', example: '11.817378' }),
    available: restDecimal.meta({
      description: '`balance` plus emergency credit that is in force. Supply may be cut at 0 or below.',
      example: '11.817378',
    }),
    arrears: restDecimal.meta({ description: '0 or negative.', example: '0.000000' }),
    timeLeft: z
      .strictObject({
        hours: z.number().nullable().meta({ description: 'Null while learning or without data.' }),
        band: z.string(),
        learnedDays: z.number(),
        computedAt: restTime,
      })
      .nullable(),
    points: z.array(pointSupplySchema),
    asOf: restTime,
  })
  .meta({ id: 'Account' });
export type RestAccount = z.infer<typeof accountSchema>;

export const ledgerEntrySchema = z
  .strictObject({
    tx: z.string().meta({ description: 'Id of the transaction.', example: '1042' }),
    n: z.number().int(),
    key: z.string().meta({ example: 'topup:counter:R-2025-17' }),
    kind: z.string().meta({ example: 'topup' }),
    at: restTime,
    pot: z.string().meta({ example: 'CASH' }),
    amount: restDecimal,
    balanceAfter: restDecimal.nullable().meta({ description: 'Of this pot.' }),
    sequence: z.string().nullable().meta({ description: 'Position in the chain of this pot.' }),
    entryHash: z.string().nullable(),
    txHash: z.string(),
    reverses: z.string().nullable(),
    paid: restDecimal
      .nullable()
      .meta({ description: 'Money that was paid for these units; null for an account in money.' }),
  })
  .meta({ id: 'LedgerEntry' });
export type RestLedgerEntry = z.infer<typeof ledgerEntrySchema>;
export const ledgerPage = pageOf(ledgerEntrySchema);

export const chargeSchema = z
  .strictObject({
    id: z.string(),
    meter: restCode,
    point: restCode,
    utility: restUtility,
    register: z.string().meta({ example: 'EA' }),
    epoch: z.number().int(),
    from: restTime.meta({ description: 'The interval is (from, to].' }),
    to: restTime,
    revision: z.number().int(),
    startRegister: restDecimal,
    endRegister: restDecimal,
    quantity: restDecimal.meta({ description: 'kWh or m³.' }),
    amount: restDecimal.meta({ description: 'Posted amount.' }),
    tariff: restCode,
    tariffVersion: z.number().int(),
    estimated: z.boolean().meta({ description: 'True if any line is.' }),
    inForce: z.boolean().meta({ description: 'False once a later revision replaced it.' }),
    tx: z.string().nullable().meta({ description: 'Null where nothing was due.' }),
    linesHash: z.string().meta({ description: 'SHA-256 of the canonical lines; part of the transaction.' }),
    lines: z.array(
      z.strictObject({
        period: z.string(),
        tier: z.number().int().meta({ description: '0 for a surcharge, whose period is {kind}:{code}.' }),
        quantity: restDecimal,
        price: restDecimal,
        amount: z
          .string()
          .meta({ description: 'Exact, quantity times price, 12 decimals.', example: '0.325961100000' }),
        payer: z.string(),
        estimated: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'Charge' });
export type RestCharge = z.infer<typeof chargeSchema>;
export const chargePage = pageOf(chargeSchema);

export const chargesQuery = pageQuery.extend({
  from: restInstant.optional().meta({ description: 'Charges that end after this instant.' }),
  to: restInstant.optional().meta({ description: 'Charges that end at this instant or before.' }),
  superseded: z
    .enum(['0', '1'])
    .optional()
    .meta({ description: '1: also revisions that are no longer in force.' }),
});

/** Channels that may credit over REST; online payment channels have their own signed calls. */
export const topUpChannel = z.enum(['card', 'counter', 'bank']);

export const topUpRequest = z
  .strictObject({
    amount: z
      .string()
      .regex(/^\d{1,7}(\.\d{1,6})?$/, 'must be a decimal such as "50.00", at most 9999999')
      .meta({ description: 'Above 0, a multiple of 0.01.', example: '50.00' }),
    channel: topUpChannel,
    reference: z
      .string()
      .regex(/^[\x21-\x7e]{1,64}$/, 'must be 1 to 64 printable ASCII characters without spaces')
      .meta({
        description:
          'The channel’s own number of this payment. It can be credited once, whatever is repeated.',
        example: 'R-2025-000017',
      }),
    reason: restReason.optional(),
  })
  .meta({ id: 'TopUpRequest' });

export const topUpSchema = z
  .strictObject({
    payment: z.string(),
    account: restCode,
    amount: restDecimal,
    channel: topUpChannel,
    reference: z.string(),
    tx: z.string(),
    units: restDecimal
      .nullable()
      .meta({ description: 'Units that it bought; null for an account in money.' }),
    balance: restDecimal.meta({ description: 'In the currency of the account: money, KWH or M3.' }),
    available: restDecimal,
    commands: z.array(z.string()).meta({ description: 'Connect commands that this payment caused.' }),
    replayed: z.boolean().meta({ description: 'True when this reference had been credited before.' }),
  })
  .meta({ id: 'TopUp' });
