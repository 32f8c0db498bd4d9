import type pg from 'pg';
import {
  type BrokenTile,
  chargesByStream,
  firstBrokenTile,
  type StoredStream,
  type StreamCharge,
  streamsInOrder,
} from '../db/queries/ledgerProof';
import { chargeLine } from '../domain/tariffs/chargeLines';
import {
  type ChargeExtra,
  customerSideMicro,
  fundAmounts,
  readExtra,
  readSides,
  type SideState,
} from '../domain/tariffs/sideStreams';
import { sumPayerOf, sumScale } from '../domain/tariffs/surcharge';
import { floorDiv, MICRO } from '../domain/units';
import { EXPORT_REGISTER } from './accountWork';
import {
  type OpenWindow,
  readWindow,
  windowLines,
  windowNumeratorPico,
  windowQuantityMicro,
  windowSides,
} from './openWindow';
import type { PriceBook } from './priceBook';
import { bad, extraOf, linesProblem, type RowProblem } from './verifyCharges';

/** A stream as its charges leave it: exact numerators and posted amounts of those in force. */
interface Running {
  numeratorPico: bigint;
  postedMicro: bigint;
  sides: Map<string, SideState>;
}

const begin = (): Running => ({ numeratorPico: 0n, postedMicro: 0n, sides: new Map() });
const NOTHING: SideState = { numerator: 0n, postedMicro: 0n };

/**
 * Follows every stream through its charges in the order in which they were made: each posted ⌊N / 10⁶⌋ less what was posted
 * before, a revision after the one that it replaced was taken out; the stream's own row stands where the last one left it,
 * with the open window on top. Reads row by row, whatever their number.
 */
export async function streamsProblem(client: pg.ClientBase, prices: PriceBook): Promise<RowProblem | null> {
  const charges = await chargesByStream(client);
  const streams = await streamsInOrder(client);
  let stream = await streams.next();
  let running = begin();
  for (let rows = await charges.portion(); rows.length > 0; rows = await charges.portion())
    for (const row of rows) {
      while (stream && stream.id < row.streamId) {
        const problem = streamProblem(stream, running, prices);
        if (problem) return problem;
        stream = await streams.next();
        running = begin();
      }
      const problem = ownershipProblem(row) ?? revisionProblem(row) ?? amountProblem(row, running, prices);
      if (problem) return problem;
    }
  for (; stream; stream = await streams.next()) {
    const problem = streamProblem(stream, running, prices);
    if (problem) return problem;
    running = begin();
  }
  return null;
}

/** Charges in force, and the open window after them, tile their stream's time and registers. */
export async function tilesProblem(client: pg.ClientBase): Promise<RowProblem | null> {
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

function streamProblem(stream: StoredStream, running: Running, prices: PriceBook): RowProblem | null {
  const { id, postedMicro } = stream;
  const open = readWindow(stream.open);
  const problem = open && windowProblem(stream, open, prices);
  if (problem !== null) return bad('stream', id, `open: ${problem}`);
  const numeratorPico = running.numeratorPico + (open ? windowNumeratorPico(open) : 0n);
  if (BigInt(stream.numeratorPico) !== numeratorPico)
    return bad(
      'stream',
      id,
      `numerator_pico is ${stream.numeratorPico}, but its charges and open window sum to ${numeratorPico}`,
    );
  if (postedMicro !== running.postedMicro)
    return bad('stream', id, `posted_micro is ${postedMicro}, but its charges posted ${running.postedMicro}`);
  return sidesProblem(stream, running, (open && windowSides(open)) ?? new Map());
}

/** An open window is held to what a charge is held to: its registers, and the prices of its tariff version. */
function windowProblem(stream: StoredStream, open: OpenWindow, prices: PriceBook): string | null {
  const quantity = windowQuantityMicro(open);
  if (!advances(open.endMicro - open.startMicro, quantity, stream.modulusMicro))
    return `its pieces sum to ${quantity}, but its registers go from ${open.startMicro} to ${open.endMicro}`;
  const lines = windowLines(open);
  for (const version of new Set(open.pieces.map((piece) => Number(piece.tariffVersion)))) {
    const problem = prices.problem(
      { tariffVersionId: version, accountId: stream.accountId, t0Ms: BigInt(open.fromMs) },
      lines.filter((line) => Number(line.tariffVersion) === version).map(chargeLine),
    );
    if (problem !== null) return problem;
  }
  return null;
}

/** Two registers stand a quantity apart, the later one lower only by a whole turn. */
function advances(advancedMicro: bigint, quantityMicro: bigint, modulusMicro: bigint | null): boolean {
  if (advancedMicro >= 0n) return advancedMicro === quantityMicro;
  return modulusMicro !== null && advancedMicro + modulusMicro === quantityMicro;
}

/** The sums beside the main one stand where the charges and the open window leave them. */
function sidesProblem(
  { id, extra }: StoredStream,
  { sides }: Running,
  open: ReadonlyMap<string, bigint>,
): RowProblem | null {
  const stored = readSides(extra) ?? new Map<string, SideState>();
  for (const key of new Set([...stored.keys(), ...sides.keys(), ...open.keys()])) {
    const is = stored.get(key) ?? NOTHING;
    const should = sides.get(key) ?? NOTHING;
    const numerator = should.numerator + (open.get(key) ?? 0n);
    if (is.numerator !== numerator)
      return bad(
        'stream',
        id,
        `extra: ${key} is ${is.numerator}, but its charges and open window sum to ${numerator}`,
      );
    if (is.postedMicro !== should.postedMicro)
      return bad(
        'stream',
        id,
        `extra: ${key} has ${is.postedMicro} posted, but its charges posted ${should.postedMicro}`,
      );
  }
  return null;
}

function ownershipProblem({ id, streamId, isOwn, isInstalled }: StreamCharge): RowProblem | null {
  if (isOwn === null) return bad('charge', id, `stream_id is ${streamId}, which does not exist`);
  if (!isInstalled) return bad('charge', id, 'meter_id is of no meter that was ever installed at its point');
  return isOwn ? null : bad('charge', id, `account, point or register are not those of stream ${streamId}`);
}

function revisionProblem(row: StreamCharge): RowProblem | null {
  const { id, txId, supersededBy, reversed, byHand } = row;
  const moved = row.amountMicro !== 0n || fundAmounts(extraOf(row.extra)?.sums ?? []).size > 0;
  if ((txId === null) === moved)
    return bad('charge', id, `tx_id is ${txId}, but amount_micro is ${row.amountMicro}`);
  // A charge that a person gave back stands without a next revision, until a re-rate makes one.
  if (txId !== null && reversed !== (supersededBy !== null || byHand))
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

function amountProblem(row: StreamCharge, running: Running, prices: PriceBook): RowProblem | null {
  const { id, amountMicro, carryPico, quantityMicro, advancedMicro } = row;
  const numeratorPico = BigInt(row.numeratorPico);
  const extra = extraOf(row.extra);
  if (!extra) return bad('charge', id, 'extra: not of the shape that is stored');
  if (row.txId === null) {
    const problem = linesProblem(row, extra, prices);
    if (problem) return problem;
  }
  if (!advances(advancedMicro, quantityMicro, row.modulusMicro))
    return bad(
      'charge',
      id,
      `quantity_micro is ${quantityMicro}, but its registers advance by ${advancedMicro}`,
    );
  const problem = sideAmountsProblem(row, extra, running);
  if (problem) return problem;
  running.numeratorPico -= BigInt(row.oldNumeratorPico ?? 0);
  running.postedMicro -= mainMicro(row.register, row.oldAmountMicro ?? 0n, readExtra(row.oldExtra));
  const carry = running.numeratorPico - running.postedMicro * MICRO;
  if (carryPico !== carry)
    return bad('charge', id, `carry_pico is ${carryPico}, but its stream carried ${carry} before it`);
  const due = floorDiv(carry + numeratorPico, MICRO);
  const main = mainMicro(row.register, amountMicro, extra);
  if (main !== due)
    return bad(
      'charge',
      id,
      `amount_micro is ${amountMicro}, but its lines and carry come to ${amountMicro - main + due}`,
    );
  running.numeratorPico += numeratorPico;
  running.postedMicro += main;
  return null;
}

/** What of a charge's amount is of its stream's main sum; an export register posts to the customer. */
function mainMicro(register: string, amountMicro: bigint, extra: ChargeExtra): bigint {
  const ownMicro = amountMicro - customerSideMicro(extra.sums);
  return register === EXPORT_REGISTER ? -ownMicro : ownMicro;
}

/** Each sum beside the main one carried and posted what a running floor gives, like the main one. */
function sideAmountsProblem(
  { id, oldExtra }: StreamCharge,
  extra: ChargeExtra,
  { sides }: Running,
): RowProblem | null {
  for (const old of readExtra(oldExtra).sums) {
    const before = sides.get(old.key) ?? NOTHING;
    sides.set(old.key, {
      numerator: before.numerator - old.numerator,
      postedMicro: before.postedMicro - old.amountMicro,
    });
  }
  for (const { key, numerator, amountMicro, carry } of extra.sums) {
    const before = sides.get(key) ?? NOTHING;
    const scale = sumScale(key);
    const carried = before.numerator - before.postedMicro * scale;
    if (carry !== carried)
      return bad('charge', id, `extra: ${key} carries ${carry}, but its stream carried ${carried} before it`);
    const due = floorDiv(carry + numerator, scale);
    if (amountMicro !== due)
      return bad(
        'charge',
        id,
        `extra: ${sumPayerOf(key)} pays ${amountMicro} in ${key}, but its lines and carry come to ${due}`,
      );
    sides.set(key, {
      numerator: before.numerator + numerator,
      postedMicro: before.postedMicro + amountMicro,
    });
  }
  return null;
}
