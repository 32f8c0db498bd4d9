import { LoadCurve } from '../load/loadCurve';
import { seedOf } from '../random';
import { DEPARTMENTS, DORMS, QUOTA_BUILDINGS, type QuotaBuildingSpec } from './buildingSpecs';
import { lakeOutline, polygon, roadLines } from './campusMap';
import { canteen } from './canteen';
import { dorm, extraDorms, shrunk } from './dorms';
import { CAMPUS, CampusDraft } from './draft';
import { FITTED_SINCE, PlanBuilder } from './planBuilder';
import { quotaBuilding } from './quotaBuildings';
import { staffPeople } from './staff';
import { staffFlats } from './staffFlats';
import { substation } from './substation';
import { CALENDARS, POLICIES, TARIFFS } from './tariffs';
import type { MeterTraits, PlanDocument } from './traits';

export interface CampusPlanOptions {
  seed: number;
  /** Size of the fleet; exact from 1,300 upwards (fewer than four missing at most), about right below. */
  meters: number;
  /** Residents of a dormitory room, 1 to 4. */
  residentsPerRoom?: number;
  /** When the register of the kitchen (chemistry's first circuit on a small campus) reaches its modulus, ms UTC. */
  rolloverAtMs?: number;
  /** Since when most of a circuit of chemistry flows past its meter, ms UTC; the feeder above counts it still. */
  bypassSinceMs?: number;
}

export interface CampusPlan {
  seed: number;
  /** The body of `POST /import`. */
  document: PlanDocument;
  /** What only the physical world knows, by meter code. */
  traits: ReadonlyMap<string, MeterTraits>;
  /** Campus time minus UTC, for the habits of the simulated people alone. */
  offsetMs: number;
}

/** Meters of the whole default campus. */
export const DEFAULT_METERS = 1_300;
/** Below this size a campus has four of its buildings; whole, these have as many meters. */
const SMALL_BELOW_METERS = 400;
const SMALL_CAMPUS_METERS = 290;
const DAY_MS = 86_400_000;
/** Where somebody laid a wire past a meter, and how much of the use goes that way. */
export const BYPASSED = { circuit: 'E-C-201', feeder: 'E-C-1', share: 0.7 };
/** Below this share of floors and rooms a campus would only be feeders. */
const SMALLEST_SCALE = 0.1;

/** An invented campus, the same for the same seed and size: what an operator would import, and what stands behind it. */
export function campusPlan(options: CampusPlanOptions): CampusPlan {
  const whole = isSmall(options) ? SMALL_CAMPUS_METERS : DEFAULT_METERS;
  let scale = Math.min(1, Math.sqrt(options.meters / whole));
  let builder = draft(options, scale);
  while (builder.meterCount > options.meters && scale > SMALLEST_SCALE) {
    scale *= 0.95;
    builder = draft(options, scale);
  }
  const plan: CampusPlan = {
    seed: options.seed,
    document: builder.document,
    traits: builder.traits,
    offsetMs: 8 * 3_600_000,
  };
  if (options.rolloverAtMs !== undefined) wrapAt(plan, options.rolloverAtMs);
  if (options.bypassSinceMs !== undefined) bypass(plan, options.bypassSinceMs);
  return plan;
}

/** Starts one register so that it wraps at `ts`: a rollover that no fault has to fake. */
function wrapAt(plan: CampusPlan, ts: number): void {
  const traits = plan.traits.get('E-CT-K1') ?? plan.traits.get('E-C-101');
  if (traits?.load.kind !== 'CURVE') return;
  const { profile, dayMicro } = traits.load;
  const seed = seedOf(traits.code, plan.seed);
  const total = new LoadCurve({ profile, dayMicro, seed, offsetMs: plan.offsetMs }).totalAt(ts);
  const modulusMicro = traits.registerModulus * 1e6 * traits.ratio;
  traits.startMicro = modulusMicro - (total % modulusMicro);
}

/** What the circuit no longer counts is use below its feeder that nobody measures. */
function bypass(plan: CampusPlan, sinceMs: number): void {
  const circuit = plan.traits.get(BYPASSED.circuit)?.load;
  const feeder = plan.traits.get(BYPASSED.feeder)?.load;
  if (circuit?.kind !== 'CURVE' || feeder?.kind !== 'FEEDER') return;
  const day = Math.floor((sinceMs + plan.offsetMs) / DAY_MS);
  const stolen = Math.round(circuit.dayMicro * BYPASSED.share);
  circuit.later = { day, dayMicro: circuit.dayMicro - stolen };
  feeder.later = { day, dayMicro: feeder.unmeasuredDayMicro + stolen };
}

function draft(options: CampusPlanOptions, scale: number): PlanBuilder {
  const builder = new PlanBuilder(options.seed, emptyDocument());
  drawCampus(
    new CampusDraft(builder, scale, options.residentsPerRoom ?? 4),
    options.meters,
    isSmall(options),
  );
  return builder;
}

function isSmall({ meters }: CampusPlanOptions): boolean {
  return meters < SMALL_BELOW_METERS;
}

function emptyDocument(): PlanDocument {
  return {
    campus: {
      code: CAMPUS,
      name: { zh: '湖滨校区', en: 'Lakeside campus' },
      timeZone: 'Asia/Shanghai',
      currency: 'CNY',
    },
    spaces: [],
    departments: DEPARTMENTS.map((department) => ({ ...department, spaces: [], since: FITTED_SINCE })),
    gateways: [],
    meterPoints: [],
    meters: [],
    tariffs: TARIFFS,
    accounts: [],
    calendars: CALENDARS,
    policies: POLICIES,
    persons: [],
    occupancies: [],
    users: [],
    quotas: [],
  };
}

/** A small campus has Dorm 3, Dorm 7, chemistry and administration only. */
function drawCampus(draft: CampusDraft, meters: number, small: boolean): void {
  const { spaces } = draft.builder.document;
  spaces.push({
    code: CAMPUS,
    parent: null,
    kind: 'CAMPUS',
    name: { zh: '湖滨校区', en: 'Lakeside campus' },
  });
  const [teaching, chemistry, library, administration] = QUOTA_BUILDINGS as [
    QuotaBuildingSpec,
    QuotaBuildingSpec,
    QuotaBuildingSpec,
    QuotaBuildingSpec,
  ];
  // Gateways are numbered as they were fitted; administration's is GW-14 on the full campus.
  if (!small) {
    quotaBuilding(draft, teaching);
    canteen(draft);
  }
  quotaBuilding(draft, chemistry);
  if (!small) {
    quotaBuilding(draft, library);
    staffFlats(draft);
  }
  quotaBuilding(draft, administration);
  const dorms = DORMS.filter(({ number }) => !small || number === 3 || number === 7);
  for (const spec of dorms) dorm(draft, shrunk(spec, draft.scale));
  const extra = draft.scale === 1 && !small ? extraDorms(meters - DEFAULT_METERS) : [];
  for (const spec of extra) dorm(draft, spec);
  substation(draft, small);
  landscape(draft, 2 + Math.ceil(extra.length / 4));
  staffPeople(draft.builder.document);
}

function landscape(draft: CampusDraft, dormColumns: number): void {
  const { spaces } = draft.builder.document;
  spaces.push(
    {
      code: 'LAKE',
      parent: CAMPUS,
      kind: 'ZONE',
      name: { zh: '湖', en: 'Lake' },
      geometry: polygon(lakeOutline()),
    },
    {
      code: 'ROADS',
      parent: CAMPUS,
      kind: 'ZONE',
      name: { zh: '道路', en: 'Roads' },
      geometry: roadLines(dormColumns),
    },
  );
}
