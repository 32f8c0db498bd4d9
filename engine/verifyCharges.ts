import type pg from 'pg';
import {
  type BookedCharge,
  type BrokenTile,
  chargesByStream,
  firstBrokenTile,
  type StoredPaymentRow,
  type StoredStream,
  type StreamCharge,
  streamsInOrder,
} from '../db/queries/ledgerProof';
import { type ChargeLineRecord, chargeLinesHash } from '../domain/credit/chargeLines';
import { isChainedAccount, type Posting, parseCustomerAccount } from '../domain/credit/posting';
import { provenNumeratorPico } from '../domain/tariffs/chargeLines';
import { floorDiv, MICRO } from '../domain/units';
import { nodeSha256 } from './context';
import { readWindow, windowNumeratorPico } from './openWindow';

/** The first row that does not hold: its id, and the column with what was expected of it. */
export interface RowProblem {
  readonly id: string;
  readonly problem: string;
}

/** The transaction that a charge or payment names, with its verified postings. */
export interface ProvenTx {
  readonly id: bigint;
  readonly campusId: number;
  readonly key: string;
  readonly kind: string;
  readonly tMs: number;
  readonly linesHash: Buffer | null;
  readonly postings: readonly Posting[];
}

const bad = (
  table: 'charge' | 'payment' | 'stream',
  id: bigint | number | string,
  problem: string,
): RowProblem => ({
  id: `${table}:${id}`,
  problem,
});

/** What left the account's pots, less what came back, µ. */
function takenMicro(postings: readonly Posting[]): bigint {
  let sum = 0n;
  for (const { s, d, a } of postings) {
    if (isChainedAccount(s) && !isChainedAccount(d)) sum += a;
    if (isChainedAccount(d) && !isChainedAccount(s)) sum -= a;
  }
  return sum;
}

/** Whether all postings are of one account's pots. */
function isOf(postings: readonly Posting[], accountCode: string | null): boolean {
  return postings.every(({ s, d }) =>
    [s, d].every(
      (name) => !isChainedAccount(name) || parseCustomerAccount(name)?.accountCode === accountCode,
    ),
  );
}

/** Holds the charges of one transaction against it: exactly one for a charge, none for anything else. */
export function chargeOfTxProblem(tx: ProvenTx, charges: readonly BookedCharge[]): RowProblem | null {
  const ofTx = (problem: string): RowProblem => ({ id: tx.id.toString(), problem });
  if (tx.linesHash === null)
    return charges.length === 0 ? null : ofTx('it has a charge, but no hash of its lines');
  if (charges.length !== 1)
    return ofTx(charges.length === 0 ? 'its charge is missing' : 'it has several charges');
  const row = charges[0]!;
  const lines = readLines(row.lines);
  if (!lines || chargeLinesHash(lines, nodeSha256) !== tx.linesHash.toString('hex'))
    return ofTx('its charge lines do not match their hash');
  const meter = `${row.meterCode}:${row.epoch}:${row.t0Ms}:${row.t1Ms}:${row.rev}`;
  const billing = `charge:${meter}`;
  const named = `charge:${meter.replace(':', `.${row.register}:`)}`;
  if (tx.kind !== 'charge' || row.campusId !== tx.campusId || (tx.key !== billing && tx.key !== named))
    return bad(
      'charge',
      row.id,
      `meter, interval or revision: transaction ${tx.id} has the key ${tx.key}, not ${billing}`,
    );
  if (BigInt(tx.tMs) !== row.t1Ms)
    return bad('charge', row.id, `t1_ms is ${row.t1Ms}, but transaction ${tx.id} is of ${tx.tMs}`);
  if (!isOf(tx.postings, row.accountCode))
    return bad(
      'charge',
      row.id,
      `account_id is ${row.accountCode}, but transaction ${tx.id} moves money of another`,
    );
  const taken = takenMicro(tx.postings);
  if (row.amountMicro !== taken)
    return bad(
      'charge',
      row.id,
      `amount_micro is ${row.amountMicro}, but transaction ${tx.id} posted ${taken}`,
    );
  return linesProblem(row.id, row.lines, row.quantityMicro, BigInt(row.numeratorPico));
}

const WHOLE = /^-?\d+$/;

/** Stored lines, whatever stands in the column; null where they are not of the frozen shape. */
function readLines(stored: unknown): ChargeLineRecord[] | null {
  if (!Array.isArray(stored)) return null;
  const isLine = (line: Partial<ChargeLineRecord> | null): boolean =>
    typeof line === 'object' &&
    line !== null &&
    [line.q_u, line.price_u, line.amount_n].every((text) => typeof text === 'string' && WHOLE.test(text)) &&
    [line.period, line.tier, line.payer].every((text) => typeof text === 'string') &&
    typeof line.estimated === 'boolean';
  return stored.every(isLine) ? stored : null;
}

function linesProblem(
  id: bigint,
  stored: unknown,
  quantityMicro: bigint,
  numeratorPico: bigint,
): RowProblem | null {
  const lines = readLines(stored);
  if (!lines) return bad('charge', id, 'lines: not of the shape that is stored');
  const numerator = provenNumeratorPico(lines);
  if (numerator === null) return bad('charge', id, 'lines: an amount_n is not its q_u times price_u');
  if (numerator !== numeratorPico)
    return bad('charge', id, `numerator_pico is ${numeratorPico}, but its lines sum to ${numerator}`);
  const quantity = lines.reduce((sum, line) => sum + BigInt(line.q_u), 0n);
  return quantity === quantityMicro
    ? null
    : bad('charge', id, `quantity_micro is ${quantityMicro}, but its lines sum to ${quantity}`);
}

/** Holds the payments of one transaction against it: exactly one for a top-up, none for anything else. */
export function paymentOfTxProblem(tx: ProvenTx, payments: readonly StoredPaymentRow[]): RowProblem | null {
  const [row, second] = payments;
  if (tx.kind !== 'topup')
    return row ? bad('payment', row.id, `tx_id is ${tx.id}, which is no top-up`) : null;
  if (!row) return { id: tx.id.toString(), problem: 'its payment is missing' };
  if (second) return bad('payment', second.id, `tx_id is ${tx.id}, which payment ${row.id} has too`);
  const key = `topup:${row.channel}:${row.reference}`;
  if (row.campusId !== tx.campusId || key !== tx.key)
    return bad(
      'payment',
      row.id,
      `channel or reference: ${key} was booked as ${tx.key} in transaction ${tx.id}`,
    );
  if (!isOf(tx.postings, row.accountCode))
    return bad(
      'payment',
      row.id,
      `account_id is ${row.accountCode}, but transaction ${tx.id} credits another`,
    );
  const given = -takenMicro(tx.postings);
  return row.amountMicro === given
    ? null
    : bad('payment', row.id, `amount_micro is ${row.amountMicro}, but transaction ${tx.id} posted ${given}`);
}

/** A stream as its charges leave it: exact numerators and posted amounts of those in force. */
interface Running {
  numeratorPico: bigint;
  postedMicro: bigint;
}

/**
 * Follows every stream through its charges in the order in which they were made: each posted ⌊N / 10⁶⌋ less what was posted
 * before, a revision after the one that it replaced was taken out; the stream's own row stands where the last one left it,
 * with the open window on top; the charges in force tile their time. Reads row by row, whatever their number.
 */
export async function streamsProblem(client: pg.ClientBase): Promise<RowProblem | null> {
  const charges = await chargesByStream(client);
  const streams = await streamsInOrder(client);
  let stream = await streams.next();
  let running: Running = { numeratorPico: 0n, postedMicro: 0n };
  for (let rows = await charges.portion(); rows.length > 0; rows = await charges.portion())
    for (const row of rows) {
      while (stream && stream.id < row.streamId) {
        const problem = streamProblem(stream, running);
        if (problem) return problem;
        stream = await streams.next();
        running = { numeratorPico: 0n, postedMicro: 0n };
      }
      const problem = ownershipProblem(row) ?? revisionProblem(row) ?? amountProblem(row, running);
      if (problem) return problem;
    }
  for (; stream; stream = await streams.next()) {
    const problem = streamProblem(stream, running);
    if (problem) return problem;
    running = { numeratorPico: 0n, postedMicro: 0n };
  }
  const tile = await firstBrokenTile(client);
  return tile && tileProblem(tile);
}

function tileProblem(tile: BrokenTile): RowProblem {
  const { id, streamId, t0Ms, t1Ms, prevId, prevT1Ms } = tile;
  const named = (problem: string) =>
    id === null ? bad('stream', streamId, `open: ${problem}`) : bad('charge', id, problem);
  if (t1Ms <= t0Ms) return named(`t0_ms is ${t0Ms}, not before its t1_ms ${t1Ms}`);
  return t0Ms === prevT1Ms
    ? named(`start_micro is ${tile.startMicro}, but charge ${prevId} before it ends at ${tile.prevEndMicro}`)
    : named(`t0_ms is ${t0Ms}, but charge ${prevId} before it ends at ${prevT1Ms}`);
}

function streamProblem(stream: StoredStream, running: Running): RowProblem | null {
  const { id, postedMicro } = stream;
  const open = readWindow(stream.open);
  const numeratorPico = running.numeratorPico + (open ? windowNumeratorPico(open) : 0n);
  if (BigInt(stream.numeratorPico) !== numeratorPico)
    return bad(
      'stream',
      id,
      `numerator_pico is ${stream.numeratorPico}, but its charges and open window sum to ${numeratorPico}`,
    );
  return postedMicro === running.postedMicro
    ? null
    : bad('stream', id, `posted_micro is ${postedMicro}, but its charges posted ${running.postedMicro}`);
}

function ownershipProblem({ id, streamId, isOwn }: StreamCharge): RowProblem | null {
  if (isOwn === null) return bad('charge', id, `stream_id is ${streamId}, which does not exist`);
  return isOwn ? null : bad('charge', id, `account, point or register are not those of stream ${streamId}`);
}

function revisionProblem(row: StreamCharge): RowProblem | null {
  const { id, txId, supersededBy, reversed } = row;
  if ((txId === null) !== (row.amountMicro === 0n))
    return bad('charge', id, `tx_id is ${txId}, but amount_micro is ${row.amountMicro}`);
  if (txId !== null && reversed !== (supersededBy !== null))
    return bad(
      'charge',
      id,
      `superseded_by is ${supersededBy}, but transaction ${txId} is ${reversed ? '' : 'not '}reversed`,
    );
  if (supersededBy !== null && row.newId !== supersededBy)
    return bad(
      'charge',
      id,
      `superseded_by is ${supersededBy}, but its next revision is ${row.newId ?? 'missing'}`,
    );
  if (row.rev === 0) return null;
  if (row.oldId === null || row.oldStreamId !== row.streamId)
    return bad('charge', id, `rev is ${row.rev}, but the revision before it is missing`);
  return row.oldSupersededBy === id
    ? null
    : bad('charge', row.oldId, `superseded_by is ${row.oldSupersededBy}, but its next revision is ${id}`);
}

function amountProblem(row: StreamCharge, running: Running): RowProblem | null {
  const { id, amountMicro, carryPico, quantityMicro, advancedMicro } = row;
  const numeratorPico = BigInt(row.numeratorPico);
  if (row.txId === null) {
    const problem = linesProblem(id, row.lines, quantityMicro, numeratorPico);
    if (problem) return problem;
  }
  // A register that ran over its end stands lower than it began, by its modulus.
  if (advancedMicro !== quantityMicro && !(advancedMicro < 0n && quantityMicro > advancedMicro))
    return bad(
      'charge',
      id,
      `quantity_micro is ${quantityMicro}, but its registers advance by ${advancedMicro}`,
    );
  running.numeratorPico -= BigInt(row.oldNumeratorPico ?? 0);
  running.postedMicro -= row.oldAmountMicro ?? 0n;
  const carry = running.numeratorPico - running.postedMicro * MICRO;
  if (carryPico !== carry)
    return bad('charge', id, `carry_pico is ${carryPico}, but its stream carried ${carry} before it`);
  const due = floorDiv(carry + numeratorPico, MICRO);
  if (amountMicro !== due)
    return bad('charge', id, `amount_micro is ${amountMicro}, but its lines and carry come to ${due}`);
  running.numeratorPico += numeratorPico;
  running.postedMicro += amountMicro;
  return null;
}
