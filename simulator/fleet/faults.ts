import { z } from 'zod';
import type { SimulatedMeter } from './simulatedMeter';

/**
 * Ways in which a simulated meter misbehaves. A fault changes what the meter does or says, never what the platform knows:
 * the platform has to find out from the messages.
 */

const decimal = z.string().regex(/^\d{1,9}(\.\d{1,6})?$/, 'must be decimal text such as "12.345"');
const times = z.number().int().min(1).max(1_000);

export const METER_FAULT_PARAMS = {
  /**
   * Draws `powerW`, or `factor` times its limit (room) or rating (feeder, by raising what is below it). Over its limit for
   * 10 s a meter that trips opens by itself.
   */
  overload: z.strictObject({
    powerW: z.number().int().min(1).max(10_000_000).optional(),
    factor: z.number().min(0.1).max(10).optional(),
  }),
  /**
   * A resistive heater on top of the normal load; with a lower power factor a motor, such as a vacuum cleaner's. `tells`: the
   * meter sees the step itself and says so, with what it measured second by second.
   */
  forbiddenHeater: z.strictObject({
    powerW: z.number().int().min(100).max(20_000).default(1_000),
    powerFactor: z.number().min(0.5).max(1).default(0.999),
    tells: z.boolean().default(false),
  }),
  /** Draws `factor` times its normal load. */
  extraLoad: z.strictObject({ factor: z.number().min(0).max(50).default(1.5) }),
  /** Repeats register, power, voltage and current of the moment for ever. */
  frozen: z.strictObject({}),
  /** Reports a register far too high, `count` times; default 50,000 units above the true one. */
  spike: z.strictObject({ register: decimal.optional(), count: times.default(1) }),
  /** Reports a register of 0, `count` times. */
  falseZero: z.strictObject({ count: times.default(1) }),
  /** The register begins anew at `register`. */
  registerReset: z.strictObject({ register: decimal.default('0') }),
  /**
   * The register jumps to `within` units below its modulus, so that it wraps soon. A platform sees the jump first and may
   * hold it as a spike; a register that comes to its modulus by counting is `rolloverAtMs` of the campus plan.
   */
  rollover: z.strictObject({ within: decimal.default('0.02') }),
  /** Says everything twice, once more in the following message. */
  duplicate: z.strictObject({}),
  /** Swaps each two readings. */
  outOfOrder: z.strictObject({}),
  /** Keeps its readings and hands them in, in order, when the fault ends. */
  gapBackfill: z.strictObject({}),
  /** Says nothing; nothing is handed in later. */
  silent: z.strictObject({}),
  /** Its clock is ahead (or behind, negative); `time_sync` mends it unless `stuck`. */
  clockDrift: z.strictObject({
    driftS: z.number().int().min(-86_400).max(86_400).default(90),
    stuck: z.boolean().default(false),
  }),
  /** The contact does not move on a command; the meter says `done` all the same, or stops after `accepted`. */
  acceptedNotExecuted: z.strictObject({ answer: z.enum(['accepted', 'done']).default('done') }),
  /** Answers no command; `executes`: obeys in silence. */
  noAck: z.strictObject({ executes: z.boolean().default(false) }),
  /** Current flows past the open contact. */
  bypass: z.strictObject({}),
  /** Water or gas runs on, m³/h. */
  leak: z.strictObject({ flowM3h: z.number().min(0.001).max(50).default(0.04) }),
  /** The detector beside the gas meter smells gas, % of the lower explosive limit. */
  gasLeak: z.strictObject({ lel: z.number().min(0).max(100).default(25) }),
  /** The gas detector is faulty and says so. */
  detectorFault: z.strictObject({}),
  /** Current to earth, A. */
  leakage: z.strictObject({ residualA: z.number().min(0).max(10).default(0.05) }),
  /** The board is hot, °C: a terminal came loose, or a plant room is warm. */
  overheating: z.strictObject({ celsius: z.number().min(-40).max(200).default(86) }),
  /** Somebody opened the cover, or holds a magnet to the meter. */
  coverOpen: z.strictObject({}),
  magnet: z.strictObject({}),
  /** A share of the current comes back past the meter's neutral. */
  neutralBypass: z.strictObject({ share: z.number().min(0.01).max(1).default(0.3) }),
  /** One phase carries this share more than the mean. */
  imbalance: z.strictObject({ share: z.number().min(0.01).max(1.5).default(0.6) }),
  /** The voltage is this many times what it should be. */
  voltage: z.strictObject({ factor: z.number().min(0.1).max(2).default(0.86) }),
  /** The meter is turned round: power counts as fed in. */
  reversed: z.strictObject({}),
} as const;

export type MeterFaultKind = keyof typeof METER_FAULT_PARAMS;
export type MeterFaultParams<K extends MeterFaultKind> = z.output<(typeof METER_FAULT_PARAMS)[K]>;
export const METER_FAULT_KINDS = Object.keys(METER_FAULT_PARAMS) as MeterFaultKind[];

export type ActiveFaults = {
  [K in MeterFaultKind]?: { params: MeterFaultParams<K>; untilMs: number | null };
};

/** A request that can't be met; `field` is the JSON pointer of what is wrong with it. */
export class FaultRefusal extends Error {
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(message);
    this.name = 'FaultRefusal';
  }
}

const ELECTRICITY_ONLY: readonly MeterFaultKind[] = [
  'overload',
  'forbiddenHeater',
  'bypass',
  'leakage',
  'overheating',
  'neutralBypass',
  'imbalance',
  'voltage',
  'reversed',
];
const GAS_ONLY: readonly MeterFaultKind[] = ['gasLeak', 'detectorFault'];

/**
 * Parameters of a fault with their defaults.
 * @throws FaultRefusal that names the field, also for a kind that this meter can't have.
 */
export function parseFaultParams<K extends MeterFaultKind>(
  kind: K,
  params: unknown,
  meter: SimulatedMeter,
): MeterFaultParams<K> {
  const { traits } = meter.load;
  const electricity = traits.utility === 'ELECTRICITY';
  if (!electricity && ELECTRICITY_ONLY.includes(kind)) {
    throw new FaultRefusal('/kind', `${kind} is a fault of electricity meters, ${traits.code} is none`);
  }
  if (traits.utility !== 'GAS' && GAS_ONLY.includes(kind)) {
    throw new FaultRefusal('/kind', `${kind} is a fault of gas meters, ${traits.code} is none`);
  }
  if (kind === 'leak' && electricity) {
    throw new FaultRefusal('/kind', `leak is a fault of water and gas meters, ${traits.code} is none`);
  }
  const parsed = METER_FAULT_PARAMS[kind].safeParse(params ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new FaultRefusal(['/params', ...issue.path].join('/'), issue.message);
  }
  const value = parsed.data as MeterFaultParams<K>;
  if (kind === 'overload' && overloadTargetW(meter, value as MeterFaultParams<'overload'>) === null) {
    throw new FaultRefusal(
      '/params/powerW',
      `${traits.code} has no limit or rating, so the power must be given`,
    );
  }
  return value;
}

const ROOM_FACTOR = 1.55;
const FEEDER_FACTOR = 1.28;

/** Power that an overload draws, W; null where neither the request nor the meter says. */
export function overloadTargetW(meter: SimulatedMeter, params: MeterFaultParams<'overload'>): number | null {
  if (params.powerW !== undefined) return params.powerW;
  const { traits, children } = meter.load;
  const isFeeder = children.length > 0;
  const base = isFeeder ? traits.capacityW : (meter.limitW ?? traits.capacityW);
  return base === null
    ? null
    : Math.round(base * (params.factor ?? (isFeeder ? FEEDER_FACTOR : ROOM_FACTOR)));
}
