import type pg from 'pg';
import { firstWrongRejection } from '../db/queries/chargeRejections';
import {
  type EndSurroundings,
  firstWrongAccrual,
  surroundingsOf,
  type UnreadEnd,
  unreadEnds,
} from '../db/queries/registerProof';
import type { RowProblem } from './verifyCharges';

/**
 * Holds each charge in force and each open window against the stored readings, as long as these are kept: it must begin and
 * end at a register that an accepted reading of its epoch showed, or that lies evenly between two of them.
 */
export async function registersProblem(client: pg.ClientBase): Promise<RowProblem | null> {
  const ends = await unreadEnds(client);
  let first: { end: UnreadEnd; problem: RowProblem } | null = null;
  for (let rows = await ends.portion(); rows.length > 0; rows = await ends.portion()) {
    const around = await surroundingsOf(client, rows);
    for (const [i, end] of rows.entries()) {
      const problem = endProblem(end, around[i]!);
      if (problem && (first === null || isEarlier(end, first.end))) first = { end, problem };
    }
  }
  return first?.problem ?? null;
}

/** Charges before open windows, each by id. */
function isEarlier(a: UnreadEnd, b: UnreadEnd): boolean {
  if (a.chargeId !== null && b.chargeId !== null) return a.chargeId < b.chargeId;
  return a.chargeId !== null || (b.chargeId === null && a.streamId < b.streamId);
}

function endProblem(end: UnreadEnd, around: EndSurroundings): RowProblem | null {
  const expected = registerAt(end, around);
  if (expected === end.registerMicro || expected === 'NOT_KEPT') return null;
  const [register, time] = end.kind === 'START' ? ['start_micro', 't0_ms'] : ['end_micro', 't1_ms'];
  const said =
    expected === 'NO_READING'
      ? `no accepted reading of epoch ${end.epoch} bears it out`
      : `the readings around ${time} come to ${expected}`;
  return end.chargeId === null
    ? { id: `stream:${end.streamId}`, problem: `open: ${register} is ${end.registerMicro}, but ${said}` }
    : { id: `charge:${end.chargeId}`, problem: `${register} is ${end.registerMicro}, but ${said}` };
}

/**
 * The register at an end as the readings around it say, µ. NOT_KEPT where one that it rests on is no longer kept, or where
 * rate registers tell how much, not when. NO_READING where the readings that are kept speak against it.
 */
function registerAt(end: UnreadEnd, around: EndSurroundings): bigint | 'NOT_KEPT' | 'NO_READING' {
  const { epoch, atMs, kind } = end;
  const before =
    around.beforeMs === null
      ? null
      : { tsMs: around.beforeMs, micro: around.beforeMicro!, epoch: around.beforeEpoch! };
  const after =
    around.afterMs === null
      ? null
      : { tsMs: around.afterMs, micro: around.afterMicro!, epoch: around.afterEpoch! };
  const own = kind === 'START' ? before : after;
  if (own && own.tsMs === atMs && own.epoch === epoch) return own.micro;
  if (!after) return before ? 'NO_READING' : 'NOT_KEPT';
  if (after.epoch !== epoch) return 'NO_READING';
  const quantity = around.afterQuantityMicro;
  const base = baseOf(around, before, after.epoch);
  if (!base) return before && quantity === null ? 'NO_READING' : 'NOT_KEPT';
  if (quantity === null) return 'NO_READING';
  // A baseline older than what is kept, or a reading that is gone: what lies between can't be told.
  if (turned(base.micro + quantity, around.modulusMicro) !== after.micro) return 'NOT_KEPT';
  if (atMs === base.tsMs) return base.micro;
  if (around.measured) return 'NOT_KEPT';
  const reached = (quantity * (atMs - base.tsMs)) / (after.tsMs - base.tsMs);
  return turned(base.micro + reached, around.modulusMicro);
}

/** From where the interval up to the reading after counts: a reading, a given start register, or a counter that fell to 0. */
function baseOf(
  around: EndSurroundings,
  before: { tsMs: bigint; micro: bigint; epoch: number } | null,
  epoch: number,
): { tsMs: bigint; micro: bigint } | null {
  if (before && before.epoch === epoch) return before;
  const { installedMs, installedMicro } = around;
  if (installedMs !== null && installedMicro !== null && (before === null || installedMs >= before.tsMs))
    return { tsMs: installedMs, micro: installedMicro };
  return before && around.resetsToZero ? { tsMs: before.tsMs, micro: 0n } : null;
}

function turned(register: bigint, modulusMicro: bigint | null): bigint {
  return modulusMicro !== null && register >= modulusMicro ? register - modulusMicro : register;
}

/** Holds the tier accruals against the use that was charged or rated in their periods. */
export async function accrualsProblem(client: pg.ClientBase): Promise<RowProblem | null> {
  const wrong = await firstWrongAccrual(client);
  return (
    wrong && {
      id: `accrual:${wrong.accountCode}:${wrong.utility}:${wrong.periodMs}`,
      problem: `quantity_micro is ${wrong.storedMicro ?? 'missing'}, but its charges and open windows sum to ${wrong.usedMicro}`,
    }
  );
}

/** Holds what persons rejected against the epochs, readings and charges of its meter: nothing of it may have been charged. */
export async function rejectionsProblem(client: pg.ClientBase): Promise<RowProblem | null> {
  const wrong = await firstWrongRejection(client);
  return wrong && { id: `charge_rejection:${wrong.meterCode}:${wrong.epoch}`, problem: wrong.problem };
}
