import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { account } from './account';
import { campus } from './campus';
import { at, atMs, micro, pico } from './columns';

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/** A pot of value. Customer pots carry their balance and chain head; system pots carry neither (their balance is a roll-up). */
export const ledgerAccount = pgTable(
  'ledger_account',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    /** e.g. `cust:A-7-412:cash`, `psp:counter`, `rev:electricity`. */
    name: text('name').notNull(),
    currency: text('currency').notNull(),
    accountId: integer('account_id').references(() => account.id),
    /** CASH, GIFT, SUBSIDY, EC, ARREARS; null for system pots. */
    bucket: text('bucket'),
    expiresMs: atMs('expires_ms'),
    balanceMicro: micro('balance_micro'),
    accountSeq: bigint('account_seq', { mode: 'bigint' }),
    headHash: bytes('head_hash'),
  },
  (t) => [
    unique('ledger_account_name').on(t.campusId, t.name),
    index('ledger_account_account').on(t.accountId),
  ],
);

/**
 * One movement of money. Insert-only (trigger and grants). No foreign keys on these three tables: a check per row would cost
 * more than the row; the engine writes them under the accounts' locks, and the verifier proves that nothing dangles.
 */
export const ledgerTx = pgTable(
  'ledger_tx',
  {
    id: bigint('id', { mode: 'bigint' }).primaryKey(),
    campusId: integer('campus_id').notNull(),
    key: text('key').notNull(),
    kind: text('kind').notNull(),
    tMs: atMs('t_ms').notNull(),
    currency: text('currency').notNull(),
    /** SHA-256 over the JCS of the charge lines; part of the hashed transaction. */
    linesHash: bytes('lines_hash'),
    txHash: bytes('tx_hash').notNull(),
    /** What was asked under this key; another hash under the same key is a conflict. */
    requestHash: bytes('request_hash'),
    reverses: bigint('reverses', { mode: 'bigint' }),
  },
  (t) => [
    unique('ledger_tx_key').on(t.campusId, t.key),
    uniqueIndex('ledger_tx_reverses').on(t.reverses).where(sql`reverses is not null`),
    // Times rise with the ids but for few: ranges of pages are enough, and cost the insert next to nothing.
    index('ledger_tx_at').using('brin', t.tMs).with({ pages_per_range: 16, autosummarize: true }),
  ],
);

/** Signed halves of postings: 2k leaves the source, 2k+1 enters the destination. Insert-only. */
export const ledgerEntry = pgTable(
  'ledger_entry',
  {
    txId: bigint('tx_id', { mode: 'bigint' }).notNull(),
    n: smallint('n').notNull(),
    ledgerAccountId: integer('ledger_account_id').notNull(),
    amountMicro: micro('amount_micro').notNull(),
    accountSeq: bigint('account_seq', { mode: 'bigint' }),
    balanceAfterMicro: micro('balance_after_micro'),
    entryHash: bytes('entry_hash'),
  },
  (t) => [
    primaryKey({ columns: [t.txId, t.n] }),
    uniqueIndex('ledger_entry_chain').on(t.ledgerAccountId, t.accountSeq).where(sql`account_seq is not null`),
  ],
);

/** Signed Merkle root over the transactions (from, to]; copied outside the database. */
export const ledgerCheckpoint = pgTable('ledger_checkpoint', {
  n: integer('n').primaryKey(),
  fromTx: bigint('from_tx', { mode: 'bigint' }).notNull(),
  toTx: bigint('to_tx', { mode: 'bigint' }).notNull(),
  count: integer('count').notNull(),
  root: bytes('root').notNull(),
  prevRoot: bytes('prev_root'),
  madeMs: atMs('made_ms').notNull(),
  keyId: text('key_id').notNull(),
  signature: bytes('signature').notNull(),
});

/**
 * Keys that sign checkpoints, in the order in which they came. Each vouches for the one before it, so that whoever trusts the
 * newest trusts all of them; one that is handed over in order is vouched for by the one before as well. Insert-only.
 */
export const ledgerKey = pgTable('ledger_key', {
  /** First 16 hex digits of SHA-256 over the public key (DER). */
  keyId: text('key_id').primaryKey(),
  /** 1 for the first. */
  n: integer('n').notNull().unique('ledger_key_n'),
  /** Raw Ed25519, 32 bytes. */
  publicKey: bytes('public_key').notNull(),
  /** Newest checkpoint when it came; 0: none. It signs those after. */
  afterCheckpoint: integer('after_checkpoint').notNull(),
  madeMs: atMs('made_ms').notNull(),
  /** Its own signature under the text of this row, which names the key before it. */
  signature: bytes('signature').notNull(),
  /** The same by the key before it; null: that one was lost, or there is none. */
  prevSignature: bytes('prev_signature'),
});

/** One posted window of one stream, with the registers and lines that prove it. Superseded by a higher `rev`. */
export const charge = pgTable(
  'charge',
  {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    campusId: integer('campus_id').notNull(),
    streamId: integer('stream_id').notNull(),
    accountId: integer('account_id').notNull(),
    pointId: integer('point_id').notNull(),
    meterId: integer('meter_id').notNull(),
    register: text('register').notNull(),
    epoch: integer('epoch').notNull(),
    /** The interval is (t0, t1]. */
    t0Ms: atMs('t0_ms').notNull(),
    t1Ms: atMs('t1_ms').notNull(),
    rev: integer('rev').notNull().default(0),
    startMicro: micro('start_micro').notNull(),
    endMicro: micro('end_micro').notNull(),
    quantityMicro: micro('quantity_micro').notNull(),
    numeratorPico: pico('numerator_pico').notNull(),
    amountMicro: micro('amount_micro').notNull(),
    tariffVersionId: integer('tariff_version_id').notNull(),
    /** Tier accrual of the account just before this window. */
    accruedMicro: micro('accrued_micro').notNull(),
    /** Carry of the stream just before this window, pCNY: N minus posted; makes the line amounts reproducible from this row alone. */
    carryPico: bigint('carry_pico', { mode: 'bigint' }).notNull(),
    /** Frozen shape of domain/tariffs/chargeLines.ts. */
    lines: jsonb('lines').$type<unknown>().notNull(),
    /** Sums of other payers and of percentages, and the free units before the window; null: none. Shape: domain/tariffs/sideStreams.ts. */
    extra: jsonb('extra').$type<unknown>(),
    /** Null where nothing moved. */
    txId: bigint('tx_id', { mode: 'bigint' }),
    /** The row that replaced this one; null: in force. */
    supersededBy: bigint('superseded_by', { mode: 'bigint' }),
    postedMs: atMs('posted_ms').notNull(),
  },
  (t) => [
    unique('charge_key').on(t.meterId, t.register, t.epoch, t.t0Ms, t.t1Ms, t.rev),
    index('charge_stream').on(t.streamId, t.t1Ms),
    index('charge_account').on(t.accountId, t.t1Ms),
  ],
);

/** Money received: the channel's reference is the key that makes crediting twice impossible. */
export const payment = pgTable(
  'payment',
  {
    id: text('id').primaryKey(),
    campusId: integer('campus_id')
      .notNull()
      .references(() => campus.id),
    accountId: integer('account_id')
      .notNull()
      .references(() => account.id),
    channel: text('channel').notNull(),
    reference: text('reference').notNull(),
    amountMicro: micro('amount_micro').notNull(),
    txId: bigint('tx_id', { mode: 'bigint' }).notNull(),
    actor: text('actor').notNull(),
    /** The second person who consented; null: nobody did, or had to. */
    approver: text('approver'),
    reason: text('reason'),
    acceptedAt: at('accepted_at').notNull(),
    /** Connect commands that this payment caused, for the top-up to power measurement. */
    commandIds: text('command_ids').array().notNull(),
    /** Units that it bought, the transaction that handed them out, and the parts of the sale; null: it credited money. */
    unitsMicro: micro('units_micro'),
    unitsTxId: bigint('units_tx_id', { mode: 'bigint' }),
    /** Frozen shape of domain/tariffs/chargeLines.ts. */
    unitLines: jsonb('unit_lines').$type<unknown>(),
  },
  (t) => [
    unique('payment_reference').on(t.campusId, t.channel, t.reference),
    index('payment_account').on(t.accountId, t.acceptedAt),
    // What was credited on somebody's word in a day: over the counter, by bank lists and by API keys.
    index('payment_by_hand')
      .on(t.campusId, t.acceptedAt)
      .where(sql`channel in ('bank', 'counter') or actor like 'key:%'`),
    // By the transaction that credited what the account holds: the ledger's pages find its payment by it.
    index('payment_credit').on(sql`(case when units_tx_id is null then tx_id else units_tx_id end)`),
    check('payment_units', sql`num_nulls(units_micro, units_tx_id, unit_lines) in (0, 3)`),
  ],
);

/** Answers of writing REST calls, so that a repeat gets the first answer. */
export const idempotency = pgTable(
  'idempotency',
  {
    apiKeyId: text('api_key_id').notNull(),
    key: text('key').notNull(),
    requestHash: bytes('request_hash').notNull(),
    status: integer('status').notNull(),
    body: jsonb('body').$type<unknown>().notNull(),
    createdAt: at('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.apiKeyId, t.key] })],
);
