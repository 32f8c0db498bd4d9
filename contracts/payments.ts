import { z } from 'zod';
import { PAYMENT_CHANNELS, type PaymentChannel } from '../domain/credit/posting';
import { ONLINE_CHANNELS, type OnlineChannel } from '../domain/payments/channels';
import type { OrderState } from '../domain/payments/orderMachine';

/** What browsers ask of payments, and what they are told. Times are RFC 3339 in UTC; amounts decimal text with two decimals. */

const codeField = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
/** A number of somebody else's: printable, without spaces. */
const referenceField = z.string().regex(/^[\x21-\x7e]{1,64}$/);

export const onlineChannelSchema = z.enum(ONLINE_CHANNELS);

/** `50` or `50.00`, positive. */
export const topUpAmountSchema = z.string().regex(/^\d{1,7}(\.\d{1,2})?$/, 'must be an amount such as 50.00');

/** Made by the page for one tap of Pay: taps with the same token are one order. */
export const clientTokenSchema = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);

export const orderNoSchema = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'must be an order number');

export const createOrderSchema = z.strictObject({
  /** Whoever lives under several accounts names one. */
  accountCode: codeField.optional(),
  amount: topUpAmountSchema,
  channel: onlineChannelSchema,
  clientToken: clientTokenSchema,
});
export type CreateOrder = z.infer<typeof createOrderSchema>;

/** A way to pay that is configured here and now. */
export interface PaymentMethod {
  readonly channel: OnlineChannel;
  /** WALLET: the payer confirms at `payUrl`. DIRECT: paid at once, without another page. */
  readonly kind: 'WALLET' | 'DIRECT';
  /** True where the provider is the sandbox: no money moves. */
  readonly sandbox: boolean;
}

/** The methods on offer, with the bounds of one top-up. */
export interface PaymentMethods {
  readonly methods: readonly PaymentMethod[];
  readonly currency: string;
  readonly minAmount: string;
  readonly maxAmount: string;
}

export interface CreatedOrder {
  readonly orderNo: string;
  /** Where the payer confirms; null: nothing to confirm (DIRECT), or the provider did not answer yet (ask `order` again). */
  readonly payUrl: string | null;
}

/**
 * Steps of a top-up in their order. ORDERED and later ones up to CREDITED belong to every order; COMMAND_SENT and POWER_ON
 * only where supply was off for lack of credit.
 */
export type OrderStepName = 'ORDERED' | 'PAID' | 'CREDITED' | 'COMMAND_SENT' | 'POWER_ON';

export interface OrderTimelineStep {
  readonly step: OrderStepName;
  /** Null: not yet. */
  readonly at: string | null;
}

/** Who has an order that is not where it should be, and by when they will have dealt with it. */
export interface OrderHelp {
  /** SYSTEM: asked or tried again by itself; FINANCE: a person's work. */
  readonly who: 'SYSTEM' | 'FINANCE';
  readonly by: string;
  /** UPPER_SNAKE code of what is wrong. */
  readonly problem: string;
  /** What to quote to finance: the number of the suspense item or of the order. */
  readonly ticket: string;
}

/**
 * Supply after a credited top-up. NOT_OFF: it was not off for credit. COMING: a command is on its way. CONFIRM: the resident
 * must confirm before it is closed. HELD: its meter was exchanged less than an hour ago; it comes by itself. STILL_OFF: the credit is not enough yet. ON: measured. FAILED: the command failed; another
 * follows by itself.
 */
export type OrderPower = 'NOT_OFF' | 'COMING' | 'CONFIRM' | 'HELD' | 'STILL_OFF' | 'ON' | 'FAILED';

export interface OrderView {
  readonly orderNo: string;
  readonly accountCode: string;
  readonly channel: PaymentChannel;
  readonly state: OrderState;
  readonly amount: string;
  readonly currency: string;
  /** Null once there is nothing to confirm any more. */
  readonly payUrl: string | null;
  readonly timeline: readonly OrderTimelineStep[];
  readonly power: OrderPower;
  /** When an unpaid order is asked about next, and when it closes; null: it is past that. */
  readonly nextCheckAt: string | null;
  readonly closesAt: string | null;
  readonly help: OrderHelp | null;
  /**
   * Why it stands where it stands, as an UPPER_SNAKE code: of an unpaid order PROVIDER_UNAVAILABLE (asked again at
   * `nextCheckAt`), of a closed one EXPIRED or the provider's word such as NOT_ENOUGH; of a mismatch that
   * finance has settled SUSPENSE_CREDITED or SUSPENSE_RETURNED. Null: all is well.
   */
  readonly problem: string | null;
  /** The credited payment and its ledger transaction, for the receipt; null before it is credited. */
  readonly receipt: { readonly paymentId: string; readonly txId: string } | null;
  /** Units that it bought, six decimals, of an account that holds KWH or M3; null: it credits money, or not yet. */
  readonly units: { readonly unit: string; readonly quantity: string } | null;
  /** What of the amount paid debts back, six decimals, in what the account holds; null before it is credited. */
  readonly repaid: { readonly arrears: string; readonly emergencyCredit: string } | null;
}

/** An order in a list. */
export interface OrderSummary {
  readonly orderNo: string;
  readonly channel: PaymentChannel;
  readonly state: OrderState;
  readonly amount: string;
  readonly currency: string;
  readonly createdAt: string;
  readonly creditedAt: string | null;
}

/** A row of a bank's list as it was taken. `line` counts from 1, the heading included. */
export interface BankSheetRow {
  readonly line: number;
  readonly reference: string;
  readonly account: string;
  readonly amount: string;
  /**
   * ALREADY: read in before. SUSPENSE: its account or currency is none of ours. CONFLICT: read in before as something else.
   * NEEDS_SECOND: above what one person may credit to an account in a day; DAY_NEEDS_SECOND: above what they may in all; nothing
   * was booked.
   */
  readonly verdict:
    | 'CREDITED'
    | 'ALREADY'
    | 'SUSPENSE'
    | 'CONFLICT'
    | 'NEEDS_SECOND'
    | 'DAY_NEEDS_SECOND'
    | 'INVALID';
  readonly error: {
    readonly field: string;
    /** Which rule it breaks: of two that a field has each is named. */
    readonly rule: BankSheetRule;
    readonly message: string;
  } | null;
}

/** AMOUNT: no positive number such as 50.00; DECIMALS: a number with more than two decimals. */
export type BankSheetRule = 'REFERENCE' | 'AMOUNT' | 'DECIMALS' | 'CURRENCY' | 'ACCOUNT';

export interface BankSheetResult {
  readonly rows: readonly BankSheetRow[];
  readonly credited: number;
  readonly already: number;
  readonly suspense: number;
  /** Waiting for a second person: read the list in once more with theirs. */
  readonly needSecond: number;
  readonly refused: number;
}

/** Money that waits for finance. */
export interface PaymentAttention {
  readonly suspense: readonly {
    readonly id: string;
    readonly channel: PaymentChannel;
    readonly providerTxn: string;
    readonly orderNo: string | null;
    /** Whose order was paid, or whom a bank's list named (which may be no account at all); null: nobody. */
    readonly accountCode: string | null;
    readonly spaceCode: string | null;
    readonly amount: string;
    readonly currency: string;
    readonly reason: string;
    readonly receivedAt: string;
    readonly dueAt: string;
  }[];
  /** Told by a provider without an order, over a merchant account of no one campus: whose it is takes it. */
  readonly unassigned: readonly {
    readonly id: string;
    readonly channel: PaymentChannel;
    readonly providerTxn: string;
    readonly amount: string;
    readonly currency: string;
    readonly receivedAt: string;
  }[];
  /** Paid and not credited, with who has it and by when. */
  readonly held: readonly {
    readonly orderNo: string;
    readonly accountCode: string;
    readonly spaceCode: string | null;
    readonly channel: PaymentChannel;
    readonly amount: string;
    readonly problem: string;
    readonly who: OrderHelp['who'];
    readonly by: string;
    readonly paidAt: string;
  }[];
  /** Accounts that are flagged, because a payment of theirs was taken back. */
  readonly flagged: readonly {
    readonly id: string;
    readonly accountCode: string;
    readonly channel: PaymentChannel;
    readonly reference: string;
    readonly amount: string;
    readonly reason: string;
    readonly bookedAt: string;
    /** When the money came back; null: it did not. */
    readonly returnedAt: string | null;
  }[];
}

/** A chargeback that came by letter or on a list: finance enters it. */
export const chargebackSchema = z.strictObject({
  channel: z.enum(PAYMENT_CHANNELS),
  /** The provider's number of the payment. */
  payment: referenceField,
  /** The provider's number of the chargeback. */
  reference: referenceField,
  amount: topUpAmountSchema,
  reason: z.string().trim().min(1).max(200),
  /** TAKEN from us, or RETURNED to us. */
  step: z.enum(['TAKEN', 'RETURNED']),
});
export type ChargebackInput = z.infer<typeof chargebackSchema>;

export const liftFlagSchema = z.strictObject({
  id: z.string().min(1).max(64),
  note: z.string().trim().min(1).max(200),
});
export type LiftFlag = z.infer<typeof liftFlagSchema>;

/** Somebody who consents to an act of the one who is signed in. */
export const secondSchema = z.strictObject({
  name: z.string().min(1).max(64),
  password: z.string().min(1).max(200),
});

export type Second = z.infer<typeof secondSchema>;

export const bankSheetSchema = z.strictObject({
  csv: z.string().min(1).max(200_000),
  /** For rows above what one person may credit in a day: who consents beside. */
  second: secondSchema.optional(),
});
export type BankSheetInput = z.infer<typeof bankSheetSchema>;

export const refundSchema = z.strictObject({
  accountCode: codeField,
  /** Null: all that may go back. */
  amount: topUpAmountSchema.nullable(),
  reason: z.string().trim().min(1).max(200),
  /** Above what one person may move in a day: who consents beside. */
  second: secondSchema.optional(),
});
export type RefundInput = z.infer<typeof refundSchema>;

/** What a refund would do: nothing is booked by asking. */
export const refundPreviewSchema = refundSchema.pick({ accountCode: true, amount: true });
/** A charge is given back, by its ledger transaction. */
export const reversalSchema = z.strictObject({
  txId: z.string().regex(/^\d{1,18}$/),
  reason: z.string().trim().min(1).max(200),
  /** Above what one person may move in a day: who consents beside. */
  second: secondSchema.optional(),
});
export type ReversalInput = z.infer<typeof reversalSchema>;

export const claimUnassignedSchema = z.strictObject({ id: z.string().regex(/^\d{1,18}$/) });
export type ClaimUnassigned = z.infer<typeof claimUnassignedSchema>;

export const resolveSuspenseSchema = z.strictObject({
  id: orderNoSchema,
  decision: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('CREDIT'), accountCode: codeField }),
    z.strictObject({ kind: z.literal('RETURN') }),
  ]),
  note: z.string().trim().min(1).max(200),
  /** Above what one person may move in a day: who consents beside. */
  second: secondSchema.optional(),
});
export type ResolveSuspense = z.infer<typeof resolveSuspenseSchema>;
