import type { HourlyDelta, ReadingRow } from '../db/queries/ingest';
import type { MeterStateRow } from '../db/queries/meterStates';
import type { QuarantineEntry } from '../db/queries/quarantine';
import type { Channel } from '../domain/metering/reading';
import type { AlarmSignal } from './applyAlarmEvent';
import type { IncomingReading } from './ingestTypes';
import { MeterWork } from './meterWork';
import type { MeterEntry, PointEntry, Registry } from './registry';

const HOUR_MS = 3_600_000;
/** Hours are counted below this (until 2448), so that a meter (31 bits) and an hour make one exact number. */
const HOUR_NUMBERS = 2 ** 22;

/** A reading that has its meter, place and effective time, and its registers in primary µ. */
export interface ResolvedReading {
  readonly work: WatchedMeter;
  readonly point: PointEntry;
  readonly incoming: IncomingReading;
  readonly tsMs: number;
  readonly tsSource: 0 | 1;
  /** 0 valid, 3 clock in the future. */
  readonly quality: 0 | 3;
  readonly valueMicro: bigint | null;
  readonly others: readonly { channel: Channel; valueMicro: bigint }[];
}

/** Accounts whose charges must be built again from readings. */
export interface ReplayRequest {
  readonly accountId: number;
  readonly utility: MeterEntry['utility'];
  readonly fromMs: number;
  /** Null: to the newest reading, over all streams of the utility (tiers moved). */
  readonly toMs: number | null;
  /** One point only; null: all points of the utility. */
  readonly pointId: number | null;
  /** The corrected tariff version that asks for it, by its draft. */
  readonly draftId?: number;
}

/** What a stored reading is found to be after all. */
export interface Amendment {
  readonly meterId: number;
  readonly tsMs: number;
  readonly quantityMicro: bigint | null;
  readonly epoch: number;
  /** As in `ReadingRow`. */
  readonly quality: number;
}

/** Everything that one batch does, gathered before it is written set-based. */
export class IngestWork {
  readonly meters = new Map<number, WatchedMeter>();
  readonly quarantine: QuarantineEntry[] = [];
  readonly released: string[] = [];
  readonly merges: ReadingRow[] = [];
  readonly registerRows: { meterId: number; channel: string; tsMs: number; valueMicro: bigint }[] = [];
  private readonly amended = new Map<string, Amendment>();
  readonly epochs: {
    meterId: number;
    epoch: number;
    openedMs: number;
    reason: string;
    startMicro: bigint | null;
    proposedLostMicro: bigint | null;
  }[] = [];
  readonly resolved: ResolvedReading[] = [];
  readonly late: ResolvedReading[] = [];
  /** Second messages of an instant, whose register the first one lacked. */
  readonly completes = new Set<ResolvedReading>();
  readonly replays: ReplayRequest[] = [];
  readonly signals: AlarmSignal[] = [];
  private readonly hours = new Map<number, HourlyDelta>();
  accepted = 0;
  duplicates = 0;

  constructor(
    readonly registry: Registry,
    readonly now: number,
    /** False while a history is loaded: its gaps are no outages. */
    readonly live: boolean,
  ) {}

  addMeter(meter: MeterEntry, state: MeterStateRow): void {
    this.meters.set(meter.meterId, new WatchedMeter(meter, state));
  }

  /** Adds a replay of whole periods, once: one that begins earlier covers it. */
  askReplay(request: ReplayRequest): void {
    const same = this.replays.findIndex(
      (one) => one.accountId === request.accountId && one.utility === request.utility && one.pointId === null,
    );
    const known = this.replays[same];
    if (!known) this.replays.push(request);
    else if (known.fromMs > request.fromMs) this.replays[same] = request;
  }

  /** Changes a stored reading; what was last said of it counts. */
  amend(amendment: Amendment): void {
    this.amended.set(`${amendment.meterId}/${amendment.tsMs}`, amendment);
  }

  /** Held readings between two instants (both included) are refuted, also those that this batch has looked at. */
  refute({ fresh, meter }: MeterWork, fromMs: number, toMs: number): void {
    const within = ({ tsMs, quality }: { tsMs: number; quality: number }) =>
      quality === 1 && tsMs >= fromMs && tsMs <= toMs;
    for (const row of fresh.values()) if (within(row)) row.quality = 2;
    for (const one of this.amended.values())
      if (one.meterId === meter.meterId && within(one)) this.amend({ ...one, quality: 2 });
  }

  get amendments(): readonly Amendment[] {
    return [...this.amended.values()];
  }

  freshRows(): ReadingRow[] {
    const rows: ReadingRow[] = [];
    for (const meter of this.meters.values()) for (const row of meter.fresh.values()) rows.push(row);
    return rows;
  }

  /** Puts a reading into the quarantine instead of charging it. */
  refuse(
    incoming: IncomingReading,
    meter: MeterEntry | null,
    reason: string,
    detail: string,
    extra: { field?: string; tsMs?: number; fingerprint?: string } = {},
  ): void {
    const campus = this.registry.campusByCode.get(incoming.site);
    this.quarantine.push({
      campusId: meter?.campusId ?? campus?.id ?? null,
      meterId: meter?.meterId ?? null,
      meterCode: incoming.reading.meterCode,
      gatewayCode: incoming.gatewayCode,
      topic: incoming.topic ?? null,
      tsMs: extra.tsMs ?? incoming.reading.tsMs,
      rxMs: incoming.rxMs,
      reason,
      field: extra.field ?? null,
      detail,
      payload: JSON.stringify(incoming.reading),
      ...(extra.fingerprint === undefined ? {} : { fingerprint: extra.fingerprint }),
    });
  }

  /** Counts a quantity (may be negative, when a late reading moves it) and a reading into the hour of its end. */
  addToHour(
    meterId: number,
    tsMs: number,
    part: { quantityMicro: bigint; powerW?: number | null; readings: 0 | 1 },
  ): void {
    const hourNumber = Math.ceil(tsMs / HOUR_MS) - 1;
    const key = meterId * HOUR_NUMBERS + hourNumber;
    let hour = this.hours.get(key);
    if (!hour) {
      hour = {
        meterId,
        hourMs: hourNumber * HOUR_MS,
        quantityMicro: 0n,
        powerSumW: 0,
        powerMaxW: null,
        powerCount: 0,
        readings: 0,
        firstMs: tsMs,
        lastMs: tsMs,
      };
      this.hours.set(key, hour);
    }
    hour.quantityMicro += part.quantityMicro;
    hour.readings += part.readings;
    hour.firstMs = Math.min(hour.firstMs, tsMs);
    hour.lastMs = Math.max(hour.lastMs, tsMs);
    const { powerW } = part;
    if (powerW !== null && powerW !== undefined) {
      hour.powerSumW += powerW;
      hour.powerCount++;
      hour.powerMaxW = Math.max(hour.powerMaxW ?? powerW, powerW);
    }
  }

  hourly(): HourlyDelta[] {
    return [...this.hours.values()];
  }
}

/** What a batch compares with: copied field by field, for a copy of the whole row would be made for every reading. */
type StateBefore = Readonly<
  Pick<
    MeterStateRow,
    | 'epoch'
    | 'firstMs'
    | 'lastMs'
    | 'powerW'
    | 'voltageV'
    | 'currentA'
    | 'powerFactor'
    | 'relay'
    | 'valve'
    | 'held'
    | 'rateBase'
    | 'drift'
    | 'detection'
  >
>;

/** A meter of the batch with what its newest reading changed. */
export class WatchedMeter extends MeterWork {
  touched = false;
  /** As it was stored before this batch. */
  readonly before: StateBefore;
  /** Live readings of this batch in time order, for detection and proofs. */
  readonly live: ResolvedReading[] = [];

  constructor(meter: MeterEntry, state: MeterStateRow) {
    super(meter, state);
    this.before = {
      epoch: state.epoch,
      firstMs: state.firstMs,
      lastMs: state.lastMs,
      powerW: state.powerW,
      voltageV: state.voltageV,
      currentA: state.currentA,
      powerFactor: state.powerFactor,
      relay: state.relay,
      valve: state.valve,
      held: state.held,
      rateBase: state.rateBase,
      drift: state.drift,
      detection: state.detection,
    };
  }

  /** True where `after`, the row to store, differs from the stored one only in where the meter stands. */
  onlyProgressed(after: MeterStateRow): boolean {
    const { before } = this;
    return (
      after.epoch === before.epoch &&
      after.firstMs === before.firstMs &&
      after.held === before.held &&
      after.rateBase === before.rateBase &&
      // Whoever changes these puts new ones in their place.
      after.drift === before.drift &&
      after.detection === before.detection
    );
  }
}
