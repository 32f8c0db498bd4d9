import { SettableClock } from '../domain/time/clock';
import { type ControlServer, startControlServer } from './control/controlServer';
import { Fleet } from './fleet/fleet';
import { mqttConnect } from './fleet/mqttLink';
import type { Connect, NodeCredentials } from './fleet/node';
import { readState, writeState } from './fleet/stateFile';
import { CampusLoad } from './load/campusLoad';
import { campusPlan } from './plan/campusPlan';

export interface SimulatorOptions {
  mqttUrl: string;
  /** Control port on the loopback interface; 0 takes any free one. */
  controlPort: number;
  seed: number;
  meters: number;
  /** As in `CampusPlanOptions`. */
  rolloverAtMs?: number;
  bypassSinceMs?: number;
  credentials: Readonly<Record<string, NodeCredentials>>;
  stateFile?: string;
  /** As in `FleetOptions`. */
  historyToMs?: number;
  clock?: { atMs: number; speed: number };
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  /** Source of real time, ms. */
  realNow(): number;
  /** In place of a real broker. */
  connect?: Connect;
}

export interface Simulator {
  readonly controlPort: number;
  readonly fleet: Fleet;
  readonly clock: SettableClock;
  stop(): Promise<void>;
}

const TICK_MS = 100;
/** Between two nodes that connect: a power cut on a campus does not bring all of them back in one instant. */
const STAGGER_MS = 12;
/** How much of an extra draw a sudden end may forget: less than the jitter that the platform takes for none. */
const SAVE_DISTURBED_MS = 2_000;
/** So long a process may take to see that this clock is ahead of the real one; until then no meter speaks. */
const FOLLOWED_WITHIN_MS = 2_000;
/** A state this old only costs quarter hours that are handed in twice, which changes nothing. */
const SAVE_AT_LEAST_MS = 60_000;
/** 2020-01-01, before which no node started. */
const FIRST_BOOT_MS = 1_577_836_800_000;

/** Starts the fleet and its control port. Settles when the port answers; nodes connect one after the other meanwhile. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { log, realNow } = options;
  const clock = new SettableClock(realNow);
  if (options.clock) clock.set(options.clock.atMs, options.clock.speed);
  const plan = campusPlan(options);
  const campus = new CampusLoad(plan);
  const state = options.stateFile ? readState(options.stateFile, plan.seed, plan.traits.size) : null;
  // Whoever set the clock ahead finds it there: what is stored already is not said anew, from behind.
  const isAhead = state !== null && state.savedAtMs > clock.now();
  if (isAhead) clock.set(state.savedAtMs);
  const timers = new Set<NodeJS.Timeout>();
  const after = (ms: number, act: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  };
  const fleet = new Fleet({
    campus,
    clock,
    connect:
      options.connect ??
      mqttConnect({
        url: options.mqttUrl,
        onProblem: (code, message) => log.warn({ node: code, message }, 'connection problem'),
      }),
    // Rises from start to start without a memory.
    boot: Math.floor((realNow() - FIRST_BOOT_MS) / 1_000) >>> 0,
    credentials: new Map(Object.entries(options.credentials)),
    state,
    historyToMs: options.historyToMs ?? null,
    after,
  });

  let savedAtMs = realNow();
  const save = (): void => {
    if (!options.stateFile) return;
    writeState(options.stateFile, fleet.snapshot());
    savedAtMs = realNow();
  };
  const tick = setInterval(() => {
    fleet.runTo(clock.now());
    const age = realNow() - savedAtMs;
    // A contact stays where it is when the power fails, so a change is written at once.
    if (fleet.dirty || age >= SAVE_AT_LEAST_MS || (age >= SAVE_DISTURBED_MS && fleet.disturbed)) save();
  }, TICK_MS);

  const control: ControlServer = await startControlServer({ fleet, plan, clock }, options.controlPort);
  const withCredentials = fleet.nodes.filter(({ credentials }) => credentials !== null);
  withCredentials.forEach((node, at) => {
    after(at * STAGGER_MS + (isAhead ? FOLLOWED_WITHIN_MS : 0), () => fleet.connect(node));
  });
  save();
  log.info(
    {
      controlPort: control.port,
      meters: plan.traits.size,
      nodes: fleet.nodes.length,
      connecting: withCredentials.length,
    },
    'simulator ready',
  );

  return {
    controlPort: control.port,
    fleet,
    clock,
    async stop() {
      clearInterval(tick);
      for (const timer of timers) clearTimeout(timer);
      await control.close();
      save();
      // Goodbye without a word about being offline: the campus goes on, only its simulation rests.
      await Promise.all(fleet.nodes.map((node) => node.end()));
    },
  };
}
