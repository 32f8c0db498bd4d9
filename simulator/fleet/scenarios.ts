import type { CampusPlan } from '../plan/campusPlan';
import { FaultRefusal, type MeterFaultKind } from './faults';
import type { Fleet } from './fleet';
import type { SimulatedMeter } from './simulatedMeter';

/** What a scenario did: the meters and gateways that it touched, and what to expect. */
export interface ScenarioReport {
  scenario: ScenarioName;
  meters: string[];
  gateways: string[];
  expect: string;
}

export const SCENARIO_NAMES = [
  'S1',
  'S2',
  'S3',
  'S4',
  'S5',
  'S6',
  'S7',
  'S8',
  'S9',
  'S10',
  'S11',
  'S12',
  'S13',
] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** A scenario that this run can't show; `message` says how to start one that can. */
export class ScenarioUnavailable extends Error {
  override name = 'ScenarioUnavailable';
}

export interface ScenarioRequest {
  /** Meter in place of the usual one, for S2 (the room), S6, S7 and S8. */
  meter?: string;
  /** Keep the faults that are there; otherwise every scenario begins from calm. */
  keep: boolean;
}

/** Of 120 alarms 80 % P3, 15 % P2, 5 % P1: a feeder over its rating is over 80 % of it as well, which is a P3 of its own. */
const FLOOD = { resets: 90, overloads: 18, feeders: 6 };
const FLOOD_FACTOR = 1.05;
const STALE_METERS = 36;
const LOW_BALANCE_ROOMS = 6;
const QUOTA_DEPARTMENT_BUILDING = 'C';
/** More would overload the feeders, and a quota makes notices, not alarms. */
const QUOTA_FACTOR = 1.25;
/** Far above what the taps of a home pass. */
const BURST_M3H = 1.6;
/** Below the limit of a room together with its usual load, so that it is no overload. */
const HEATER_W = 1_000;

/**
 * Brings the campus into one of the situations of the demo and the tests. Meters and gateways are named where the full
 * campus has them; a smaller one shows the same with what it has.
 * @throws FaultRefusal, ScenarioUnavailable
 */
export function runScenario(
  fleet: Fleet,
  plan: CampusPlan,
  name: ScenarioName,
  request: ScenarioRequest,
): ScenarioReport {
  if (name === 'S11') {
    throw new ScenarioUnavailable(
      'S11 is a campus without data: stop the demo and start `npm run demo -- --reset --no-seed --no-simulator`.',
    );
  }
  if (name === 'S12' && plan.traits.size < 10_000) {
    throw new ScenarioUnavailable(
      `S12 is a fleet of 10,000 meters, this one has ${plan.traits.size}: stop the demo and start \`npm run demo -- --reset --meters 10000\`.`,
    );
  }
  if (!request.keep || name === 'S1') fleet.calm();
  const places = new Places(fleet, plan);
  const report = SCENARIOS[name](fleet, places, request);
  return { scenario: name, gateways: [], ...report };
}

type Scenario = (
  fleet: Fleet,
  places: Places,
  request: ScenarioRequest,
) => Omit<ScenarioReport, 'scenario' | 'gateways'> & { gateways?: string[] };

const SCENARIOS: Record<Exclude<ScenarioName, 'S11'>, Scenario> = {
  S1: () => ({ meters: [], expect: 'nothing unusual; contacts stay as they are' }),

  S2: (fleet, places, request) => {
    const room = request.meter ?? places.room(12).code;
    const feeder = places.upperFeeder().code;
    fault(fleet, [room, feeder], 'overload', {});
    return {
      meters: [room, feeder],
      expect: `${room} over its limit (P2 after 10 s), ${feeder} at 128 % of its rating (P1 after 60 s)`,
    };
  },

  S3: (fleet, places) => {
    const candidates = places.alarmRooms();
    // Spread over both feeders of the building, so that neither is overloaded by them.
    const every = Math.max(1, Math.floor(candidates.length / FLOOD.overloads));
    const overloaded = candidates.filter((_, at) => at % every === 0).slice(0, FLOOD.overloads);
    const feeders = places.feeders().slice(0, FLOOD.feeders);
    const taken = new Set(overloaded);
    const reset = places
      .rooms()
      .filter((code) => !taken.has(code))
      .slice(0, FLOOD.resets);
    fault(fleet, reset, 'registerReset', {});
    fault(fleet, overloaded, 'overload', { factor: FLOOD_FACTOR });
    fault(fleet, feeders, 'overload', { factor: FLOOD_FACTOR });
    return {
      meters: [...reset, ...overloaded, ...feeders],
      expect: `${reset.length} register resets (P3), ${overloaded.length} room overloads (P2), ${feeders.length} feeders over their rating (P1, and P3 for 80 %, after 60 s)`,
    };
  },

  S4: (fleet, places) => {
    const gateway = places.administrationGateway();
    fleet.nodeDown(gateway, null);
    return {
      meters: [],
      gateways: [gateway],
      expect: `${gateway} is off the network with its meters; it hands in what it kept when it is back`,
    };
  },

  S5: (fleet, places) => {
    const meters = places.rooms().slice(0, STALE_METERS);
    fault(fleet, meters, 'silent', {});
    return { meters, expect: `${meters.length} meters of reachable gateways say nothing any more` };
  },

  S6: (fleet, places, request) => {
    const meter = request.meter ?? places.room(15).code;
    fault(fleet, [meter], 'acceptedNotExecuted', { answer: 'done' });
    return { meters: [meter], expect: `${meter} says that it has switched, but its contact does not move` };
  },

  S7: (fleet, places, request) => {
    const meter = request.meter ?? places.room(16).code;
    fault(fleet, [meter], 'noAck', {});
    return { meters: [meter], expect: `${meter} answers no command` };
  },

  S8: (fleet, places, request) => {
    const meters = request.meter ? [request.meter] : places.protectedMeters();
    fault(fleet, meters, 'overload', { factor: 1.1 });
    return { meters, expect: 'circuits that nobody may cut draw 110 % of their rating' };
  },

  S9: (fleet, places) => {
    const meters = places.anyHourRooms().slice(0, LOW_BALANCE_ROOMS);
    for (const code of meters) {
      const { limitW } = fleet.meterOrRefuse(code);
      fault(fleet, [code], 'overload', { powerW: Math.round((limitW ?? 800) * 0.92) });
    }
    return {
      meters,
      expect: 'rooms that may be cut at any hour draw just below their limit and use up their credit',
    };
  },

  S10: (fleet, places) => {
    const meters = places.inBuilding(QUOTA_DEPARTMENT_BUILDING);
    fault(fleet, meters, 'extraLoad', { factor: QUOTA_FACTOR });
    return {
      meters,
      expect:
        'the School of Chemistry draws a quarter more; how near to its quota that is, its quota decides',
    };
  },

  S13: (fleet, places) => {
    const rooms = places.rooms();
    const hazards: [MeterFaultKind, object, string | undefined][] = [
      ['gasLeak', {}, places.ofUtility('GAS')[0]],
      ['leak', { flowM3h: BURST_M3H }, places.ofUtility('WATER')[0]],
      ['leakage', {}, rooms[0]],
      ['coverOpen', {}, rooms[1]],
      ['forbiddenHeater', { powerW: HEATER_W, tells: true }, rooms[2]],
      ['voltage', {}, rooms[3]],
      ['frozen', {}, rooms[4]],
      ['overheating', {}, rooms[5]],
      ['imbalance', {}, places.upperFeeder().code],
    ];
    const meters: string[] = [];
    for (const [kind, params, code] of hazards) {
      if (code === undefined) continue;
      fault(fleet, [code], kind, params);
      meters.push(code);
    }
    return {
      meters,
      expect:
        'one hazard of each kind: gas leak, burst pipe, leakage, open cover, forbidden heater, bad voltage, frozen register, hot board, imbalance',
    };
  },

  S12: () => ({ meters: [], expect: 'this fleet has 10,000 meters; nothing was changed' }),
};

function fault(fleet: Fleet, meters: readonly string[], kind: MeterFaultKind, params: object): void {
  for (const code of meters) fleet.setFault(code, kind, params, null);
}

/** The usual places of a scenario on this campus. */
class Places {
  private readonly roles: ReadonlyMap<string, string>;

  constructor(
    private readonly fleet: Fleet,
    private readonly plan: CampusPlan,
  ) {
    const roleOf = new Map(plan.document.meterPoints.map(({ code, role }) => [code, role]));
    this.roles = new Map(plan.document.meters.map(({ code, point }) => [code, roleOf.get(point)!]));
  }

  private codes(wanted: (meter: SimulatedMeter) => boolean): string[] {
    const codes = this.fleet.network.meters.filter(wanted).map(({ code }) => code);
    if (codes.length === 0) throw new FaultRefusal('/scenario', 'this campus has no such meter');
    return codes;
  }

  /** Meters of rooms with a limit, in the order of the plan. */
  rooms(): string[] {
    return this.codes(({ load }) => load.traits.limitW !== null && load.traits.building.startsWith('D'));
  }

  /** Rooms that leave an overload to the operator. */
  alarmRooms(): string[] {
    return this.codes(({ load }) => load.traits.limitW !== null && !load.traits.tripsOnOverload);
  }

  /** Room 7-4nn, or the nearest that there is. */
  room(number: number): SimulatedMeter {
    const rooms = this.alarmRooms();
    const code = rooms.includes(`E-7-4${number}`) ? `E-7-4${number}` : rooms[number % rooms.length]!;
    return this.fleet.meterOrRefuse(code);
  }

  upperFeeder(): SimulatedMeter {
    return this.fleet.network.meter('E-D7-2') ?? this.fleet.meterOrRefuse('E-D7-1');
  }

  /** Feeders of dormitories other than the one whose rooms are overloaded. */
  feeders(): string[] {
    return this.codes(
      ({ load }) =>
        load.children.length > 0 && /^D\d/.test(load.traits.building) && load.traits.building !== 'D7',
    );
  }

  administrationGateway(): string {
    const row = this.plan.document.gateways.find(({ space }) => space === 'AD');
    return (row ?? this.plan.document.gateways[0]!).code;
  }

  protectedMeters(): string[] {
    const points = new Set(
      this.plan.document.meterPoints
        .filter(({ protection }) => protection === 'LIFE_SAFETY')
        .map(({ code }) => code),
    );
    return this.plan.document.meters.filter(({ point }) => points.has(point)).map(({ code }) => code);
  }

  /** Meters of homes with a valve. */
  ofUtility(utility: 'WATER' | 'GAS'): string[] {
    return this.fleet.network.meters
      .filter(({ load, code }) => load.traits.utility === utility && this.roles.get(code) !== 'FEEDER')
      .filter(({ load, code }) => load.traits.hasRelay && this.roles.get(code) !== 'CHECK')
      .map(({ code }) => code);
  }

  /** Rooms of the building whose policy has no no-cut periods. */
  anyHourRooms(): string[] {
    return this.codes(({ load }) => load.traits.building === 'D3' && load.traits.limitW !== null);
  }

  inBuilding(building: string): string[] {
    return this.codes(
      ({ load, code }) => load.traits.building === building && this.roles.get(code) === 'CUSTOMER',
    );
  }
}
