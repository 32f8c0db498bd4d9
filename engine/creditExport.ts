import type { Tx } from '../db/client';
import { registerDelta } from '../domain/metering/registerDelta';
import type { RatedPiece } from '../domain/tariffs/ratedPiece';
import { freshAccrual, rateInterval } from '../domain/tariffs/rateSegment';
import { EXPORT_REGISTER } from './accountWork';
import type { IngestWork, ResolvedReading } from './ingestWork';
import { type OpenAccounts, streamFor } from './openAccounts';
import { type MeterInterval, partOf, payerParts } from './rateMeter';
import { specOf } from './registry';

/** Where an export register stood when it was last taken: the next reading counts from there. */
interface ExportBase {
  readonly tsMs: number;
  readonly valueMicro: bigint;
  readonly epoch: number;
}

/** Under this name the base stands beside the rate registers of a meter's last reading. */
const BASE_KEY = 'EE';

/** Whether a reading says anything of export, or one before it did. */
export function measuresExport({ work, others }: ResolvedReading): boolean {
  return (
    work.state.rateBase?.[BASE_KEY] !== undefined || others.some(({ channel }) => channel === EXPORT_REGISTER)
  );
}

/**
 * Credits what a PV point exported since its last reading, at the export price of its account's tariff, into a stream of its
 * own. A register that went back counts anew from where it stands; more than the meter can pass is left until a later reading
 * bears it out. Never set off against import: each is priced apart.
 * @returns what to keep beside the meter's rate registers; null: it has no export register
 */
export async function creditExport(
  tx: Tx,
  work: IngestWork,
  accounts: OpenAccounts,
  one: ResolvedReading,
): Promise<Record<string, string> | null> {
  const { meter, state } = one.work;
  const stored = state.rateBase?.[BASE_KEY];
  const value = one.others.find((other) => other.channel === EXPORT_REGISTER)?.valueMicro;
  if (value === undefined) return stored === undefined ? null : { [BASE_KEY]: stored };
  const base = readBase(stored);
  if (!base || one.tsMs <= base.tsMs) {
    if (base) return { [BASE_KEY]: stored! };
    return storeBase({ tsMs: one.tsMs, valueMicro: value, epoch: 1 });
  }
  const delta = registerDelta(specOf(meter), base, { tsMs: one.tsMs, valueMicro: value });
  if (delta.kind === 'ABOVE_CAP' || delta.kind === 'JITTER') return { [BASE_KEY]: stored! };
  if (delta.kind === 'BELOW') return storeBase({ tsMs: one.tsMs, valueMicro: value, epoch: base.epoch + 1 });
  if (one.point.role === 'PV')
    await rateExport(tx, work, accounts, one, {
      epoch: base.epoch,
      fromMs: base.tsMs,
      toMs: one.tsMs,
      fromMicro: base.valueMicro,
      toMicro: value,
      quantityMicro: delta.quantityMicro,
    });
  return storeBase({ tsMs: one.tsMs, valueMicro: value, epoch: base.epoch });
}

async function rateExport(
  tx: Tx,
  work: IngestWork,
  accounts: OpenAccounts,
  one: ResolvedReading,
  interval: MeterInterval,
): Promise<void> {
  const { meter } = one.work;
  for (const part of payerParts(work.registry, one.point, meter.utility, interval.fromMs, interval.toMs)) {
    const account = accounts.get(part.accountId);
    const { exportBook } = part;
    if (!account || !exportBook) continue;
    const whole = part.fromMs === interval.fromMs && part.toMs === interval.toMs;
    const rated = rateInterval(exportBook, freshAccrual(exportBook, part.fromMs), interval, {
      intervalMs: meter.intervalS * 1000,
      ...(whole ? {} : { part: { fromMs: part.fromMs, toMs: part.toMs } }),
    });
    const pieces = rated.pieces.map((piece): RatedPiece => ({ ...piece, payer: 'SUPPLIER' }));
    const stream = await streamFor(tx, account, one.point, EXPORT_REGISTER);
    account.addInterval(stream, meter.meterId, partOf(interval, part), pieces, () => 0n, work.now);
  }
}

function readBase(stored: string | undefined): ExportBase | null {
  if (stored === undefined) return null;
  const [tsMs, value, epoch] = stored.split(' ') as [string, string, string];
  return { tsMs: Number(tsMs), valueMicro: BigInt(value), epoch: Number(epoch) };
}

const storeBase = ({ tsMs, valueMicro, epoch }: ExportBase): Record<string, string> => ({
  [BASE_KEY]: `${tsMs} ${valueMicro} ${epoch}`,
});
