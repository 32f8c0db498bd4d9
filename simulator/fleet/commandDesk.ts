import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type AckState, COMMAND_OPS, type CommandOp } from '../../contracts/mqttMessages';
import type { CanonicalValue } from '../../domain/credit/jcs';
import { commandSigningText } from '../../domain/supply/commandSignature';
import { seedOf, wholeBetween } from '../random';
import type { CommandOutcome, SimulatedMeter } from './simulatedMeter';
import type { SupplyNetwork } from './supplyNetwork';

/**
 * How a meter treats a command: it trusts the signature alone, obeys each id once, nothing that has expired by its own
 * clock and nothing older than what it obeyed last, and opens no gas valve from afar.
 */

const jsonValue: z.ZodType<CanonicalValue> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(jsonValue),
    z.record(z.string(), jsonValue),
  ]),
);

const commandSchema = z.object({
  v: z.literal(1),
  cmd: z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
  id: z.string().min(1).max(32),
  op: z.enum(COMMAND_OPS),
  args: z.record(z.string(), jsonValue),
  iat: z.number().int(),
  exp: z.number().int(),
  why: z.string(),
  sig: z.string(),
});
type Command = z.infer<typeof commandSchema>;

export interface Ack {
  v: 1;
  cmd: string;
  id: string;
  st: AckState;
  code: string;
  ts: number;
  obs: { relay?: 0 | 1; valve?: 0 | 1 | 2; p?: number };
}

/** What the desk needs of the world around it; times in ms UTC of the simulated clock. */
export interface CommandWorld {
  network: SupplyNetwork;
  now(): number;
  /** Runs `act` after real milliseconds. */
  after(ms: number, act: () => void): void;
  acknowledge(meter: SimulatedMeter, ack: Ack): void;
  /** A reading of its own, at once. */
  report(meter: SimulatedMeter): void;
  readLog(meter: SimulatedMeter, fromMs: number, toMs: number): void;
  /** Something changed that must survive a restart. */
  changed(): void;
}

const RELAY_MIN_MS = 50;
const RELAY_MAX_MS = 150;
const VALVE_MS = 2_500;
/** Between the contact's move and the reading that proves it. */
const PROOF_AFTER_MS = 20;

/** Commands that move a contact or change how the meter protects itself. */
const MOVING: ReadonlySet<CommandOp> = new Set([
  'disconnect',
  'connect',
  'arm',
  'keep_power_on',
  'keep_power_off',
  'set_limit',
  'valve_open',
  'valve_close',
]);

/** Commands after which supply flows. */
const OPENS_SUPPLY: ReadonlySet<CommandOp> = new Set(['connect', 'valve_open']);

/** The key of the node that a command came through, and the meters that it carries. */
export interface CommandReceiver {
  key: string;
  meter(code: string): SimulatedMeter | undefined;
}

export class CommandDesk {
  /** Payloads that were no command at all. */
  malformed = 0;

  constructor(private readonly world: CommandWorld) {}

  /** Takes a payload of `dn/cmd`. Answers by `acknowledge`; what is no command is counted and left alone. */
  receive(receiver: CommandReceiver, payload: Uint8Array): void {
    const command = parse(payload);
    if (command === null) {
      this.malformed += 1;
      return;
    }
    const meter = receiver.meter(command.id);
    if (!meter) {
      this.malformed += 1;
      return;
    }
    const noAck = meter.faults.noAck;
    if (noAck && !noAck.params.executes) return;
    const refusal = this.refusalOf(command, meter, receiver.key);
    if (refusal) {
      this.answer(meter, command, refusal.state, refusal.code);
      return;
    }
    const known = meter.outcomes.get(command.cmd);
    if (known?.state === 'pending') {
      this.answer(meter, command, 'accepted', '');
      return;
    }
    this.execute(meter, command);
  }

  private refusalOf(
    command: Command,
    meter: SimulatedMeter,
    key: string,
  ): { state: AckState; code: string } | null {
    if (!isSigned(command, key)) return { state: 'rejected', code: 'BAD_SIGNATURE' };
    const known = meter.outcomes.get(command.cmd);
    if (known && known.state !== 'pending') return { state: 'dup', code: known.code || known.state };
    if (command.exp < this.world.now() + meter.driftMs) return { state: 'expired', code: 'EXPIRED' };
    if (MOVING.has(command.op) && command.iat < meter.lastIatMs) return { state: 'rejected', code: 'STALE' };
    const code = unableTo(command, meter);
    return code === null ? null : { state: 'rejected', code };
  }

  private execute(meter: SimulatedMeter, command: Command): void {
    if (MOVING.has(command.op)) meter.lastIatMs = command.iat;
    this.answer(meter, command, 'accepted', '');
    switch (command.op) {
      case 'disconnect':
      case 'valve_close':
        this.move(meter, command, false);
        return;
      case 'connect':
      case 'valve_open':
        this.move(meter, command, true);
        return;
      case 'arm':
        meter.armed = !meter.contactClosed;
        break;
      case 'keep_power_on':
        meter.keepPowerOn = true;
        break;
      case 'keep_power_off':
        meter.keepPowerOn = false;
        break;
      case 'set_limit':
        meter.limitW = wholeArg(command.args.w) || null;
        meter.limitDelayMs = (wholeArg(command.args.delay_s) ?? 10) * 1_000;
        break;
      case 'display':
        meter.display = { balance: textArg(command.args.balance), reason: textArg(command.args.reason) };
        break;
      case 'time_sync':
        if (!meter.faults.clockDrift?.params.stuck) delete meter.faults.clockDrift;
        break;
      case 'read':
        this.finish(meter, command, 'done', '');
        this.world.report(meter);
        return;
      case 'read_log':
        this.finish(meter, command, 'done', '');
        this.world.readLog(
          meter,
          wholeArg(command.args.from) ?? 0,
          wholeArg(command.args.to) ?? this.world.now(),
        );
        return;
      case 'buzz':
        break;
    }
    this.finish(meter, command, 'done', '');
  }

  private move(meter: SimulatedMeter, command: Command, close: boolean): void {
    const { world } = this;
    const stuck = meter.faults.acceptedNotExecuted;
    if (stuck) {
      // What a welded contact looks like from afar: the meter believes itself, or never gets back to us.
      if (stuck.params.answer === 'done') {
        world.after(RELAY_MAX_MS, () => {
          this.finish(meter, command, 'done', '');
          world.after(PROOF_AFTER_MS, () => world.report(meter));
        });
      }
      return;
    }
    meter.remember(command.cmd, { state: 'pending', code: '' });
    const valve = meter.load.traits.utility !== 'ELECTRICITY';
    if (valve) meter.valveMoving = true;
    const takesMs = valve
      ? VALVE_MS
      : wholeBetween(RELAY_MIN_MS, RELAY_MAX_MS, seedOf(command.cmd), meter.load.seed);
    world.after(takesMs, () => {
      meter.valveMoving = false;
      world.network.setContact(meter, close, world.now());
      this.finish(meter, command, 'done', '');
      world.after(PROOF_AFTER_MS, () => world.report(meter));
    });
  }

  private finish(
    meter: SimulatedMeter,
    command: Command,
    state: Exclude<CommandOutcome['state'], 'pending'>,
    code: string,
  ): void {
    meter.remember(command.cmd, { state, code });
    this.world.changed();
    this.answer(meter, command, state, code);
  }

  private answer(meter: SimulatedMeter, command: Command, state: AckState, code: string): void {
    if (meter.faults.noAck) return;
    const { network } = this.world;
    const nowMs = this.world.now();
    const electricity = meter.load.traits.utility === 'ELECTRICITY';
    const closed =
      meter.faults.acceptedNotExecuted && state === 'done'
        ? OPENS_SUPPLY.has(command.op)
        : meter.contactClosed;
    const contact = closed ? 1 : 0;
    const obs: Ack['obs'] = electricity
      ? { relay: contact, p: Math.round(network.draw(meter, nowMs) * 10) / 10 }
      : { valve: meter.valveMoving ? 2 : contact };
    this.world.acknowledge(meter, {
      v: 1,
      cmd: command.cmd,
      id: meter.code,
      st: state,
      code,
      ts: nowMs + meter.driftMs,
      obs,
    });
  }
}

function parse(payload: Uint8Array): Command | null {
  try {
    const parsed = commandSchema.safeParse(
      JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)),
    );
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function isSigned(command: Command, key: string): boolean {
  const wanted = createHmac('sha256', key).update(commandSigningText(command), 'utf8').digest();
  const given = Buffer.from(command.sig, 'hex');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** Why this meter can't do it, in its own words; null: it can. */
function unableTo(command: Command, meter: SimulatedMeter): string | null {
  const { traits } = meter.load;
  const electricity = traits.utility === 'ELECTRICITY';
  switch (command.op) {
    case 'valve_open':
      if (traits.utility === 'GAS') return 'GAS_OPENS_ON_SITE';
      return electricity || !traits.hasRelay ? 'NO_VALVE' : null;
    case 'valve_close':
      return electricity || !traits.hasRelay ? 'NO_VALVE' : null;
    case 'connect':
      return electricity && traits.hasRelay ? null : 'NO_RELAY';
    case 'disconnect':
      if (!electricity || !traits.hasRelay) return 'NO_RELAY';
      return meter.keepPowerOn ? 'KEEP_POWER' : null;
    case 'arm':
      return traits.hasRelay ? null : 'NO_RELAY';
    case 'set_limit':
      return wholeArg(command.args.w) === null ? 'BAD_ARGS' : null;
    case 'read_log':
      return wholeArg(command.args.from) === null ? 'BAD_ARGS' : null;
    default:
      return null;
  }
}

function wholeArg(value: CanonicalValue | undefined): number | null {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : null;
}

function textArg(value: CanonicalValue | undefined): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}
