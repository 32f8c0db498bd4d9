import type { AlarmRuleCode } from '../../domain/alarms/alarmCatalogue';
import type { DetectionSignal } from '../../domain/detection/detectionRule';
import { emptySample, rememberReading } from '../../domain/detection/meterSample';
import { type RebootLoopState, rebootLoopStep, rebootStirs } from '../../domain/detection/rebootLoop';
import {
  type SequenceGapsState,
  type SequenceInput,
  sequenceGapsParams,
  sequenceGapsStep,
  sequenceStirs,
} from '../../domain/detection/sequenceGaps';
import { NO_SETTINGS } from '../../domain/detection/streamingRule';
import { type ClockState, watchClock } from '../../domain/metering/quality';
import { microFromText } from '../../domain/units';
import type { MeterEntry, Registry } from '../../engine/registry';
import { type BoundRule, rulesFor } from '../../engine/streamRules';
import type { ReadingItem } from '../../simulator/fleet/readingItem';

/** What a meter's rules said of one reading. */
export interface Said {
  readonly rule: AlarmRuleCode;
  readonly signal: DetectionSignal;
}

/** What is older when it arrives raises nothing. */
const LIVE_MS = 900_000;
/** Fields of the wire that have a place of their own in a reading; all others are its further fields. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  'id',
  'ts',
  'seq',
  'ea',
  'vol',
  'p',
  'u',
  'i',
  'pf',
  'relay',
  'valve',
]);

/** The streaming rules of one meter, bound as the engine binds them, with the states that the engine keeps with a meter. */
export class MeterRules {
  readonly rules: readonly BoundRule[];
  private readonly states = new Map<string, unknown>();
  private gaps: SequenceGapsState | null = null;
  private boots: RebootLoopState | null = null;
  private boot = 1;
  private counters: { boot: number; seq: number } | null = null;
  private clock: ClockState | null = null;
  private readonly sample = emptySample();

  constructor(
    registry: Registry,
    private readonly meter: MeterEntry,
  ) {
    this.rules = rulesFor(registry, meter, meter.point!);
  }

  /** The sender restarts before its next message. */
  restart(): void {
    this.boot += 1;
  }

  /** @param rxMs when the message arrives */
  take(item: ReadingItem, rxMs: number, said: Said[]): void {
    const { sample, states } = this;
    this.look(item, rxMs, said);
    this.count(item, said);
    if (rxMs - item.ts > LIVE_MS) return;
    if (sample.at > 0) rememberReading(sample);
    sample.at = item.ts;
    sample.registerMicro = (microFromText(item.ea ?? item.vol ?? '0')! * this.meter.ratioMicro) / 1_000_000n;
    sample.measured = {
      powerW: item.p ?? null,
      voltageV: item.u ?? null,
      currentA: item.i ?? null,
      pf: item.pf ?? null,
      relay: item.relay ?? null,
      valve: item.valve ?? null,
      boot: this.boot,
      seq: item.seq,
      extra: furtherOf(item),
    };
    for (const { rule, params } of this.rules) {
      const held = states.get(rule.code);
      if (!rule.stirs(held, sample, params)) continue;
      const { state, signal } = rule.step(held ?? rule.initial, sample, params);
      if (rule.isQuiet(state)) states.delete(rule.code);
      else states.set(rule.code, state);
      if (signal) said.push({ rule: rule.code, signal });
    }
  }

  /** The sender's clock, as `engine/resolveReadings.ts` looks at it. */
  private look({ ts }: ReadingItem, rxMs: number, said: Said[]): void {
    const { state, says, driftMs } = watchClock(this.clock, ts, rxMs);
    this.clock = state;
    if (says)
      said.push({
        rule: 'CLOCK_DRIFT',
        signal: { kind: says, at: rxMs, priority: null, value: driftMs, limit: null },
      });
  }

  /** The counters of every message, as `engine/noteSequence.ts` looks at them. */
  private count({ ts, seq }: ReadingItem, said: Said[]): void {
    const input: SequenceInput = {
      at: ts,
      boot: this.boot,
      seq,
      previousBoot: this.counters?.boot ?? null,
      previousSeq: this.counters?.seq ?? null,
    };
    this.counters = { boot: this.boot, seq };
    if (sequenceStirs(this.gaps ?? undefined, input)) {
      const params = sequenceGapsParams(1_000 * this.meter.intervalS, NO_SETTINGS);
      const { state, signal } = sequenceGapsStep(this.gaps, input, params);
      this.gaps = state;
      if (signal) said.push({ rule: 'SEQUENCE_GAPS', signal });
    }
    if (rebootStirs(this.boots ?? undefined, input)) {
      const { state, signal } = rebootLoopStep(this.boots, input);
      this.boots = state;
      if (signal) said.push({ rule: 'REBOOT_LOOP', signal });
    }
  }
}

function furtherOf(item: ReadingItem): Readonly<Record<string, unknown>> | null {
  let further: Record<string, unknown> | null = null;
  for (const [key, value] of Object.entries(item)) {
    if (OWN_FIELDS.has(key)) continue;
    further ??= {};
    further[key] = value;
  }
  return further;
}
