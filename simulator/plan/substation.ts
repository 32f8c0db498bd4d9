import { CAMPUS, type CampusDraft, PUBLIC_OPENING } from './draft';
import { curveOfPeak, type PlanBuilder } from './planBuilder';

/** Transformers, the roof of modules, and the circuit of lifts and fire pumps: meters with connections of their own. */
export function substation(draft: CampusDraft, small: boolean): void {
  const { builder } = draft;
  const roofed = small ? 'C' : 'L';
  builder.meter({
    code: 'PV-1',
    point: 'PV-1',
    name: { zh: '屋顶光伏', en: 'Roof PV' },
    building: roofed,
    space: roofed,
    utility: 'ELECTRICITY',
    role: 'PV',
    gateway: null,
    feeder: 'TR-A',
    phases: 3,
    ratio: 20,
    imaxA: 6,
    hasRelay: false,
    capacityW: 60_000,
    load: { kind: 'CURVE', profile: 'SUN', dayMicro: Math.round((small ? 0.02 : 1) * 260e6) },
  });
  const lifts = builder.meter({
    code: 'E-LS-1',
    point: 'LS-1',
    name: { zh: '电梯与消防泵', en: 'Lifts and fire pumps' },
    building: roofed,
    space: roofed,
    utility: 'ELECTRICITY',
    role: 'PUBLIC',
    gateway: null,
    feeder: 'TR-A',
    phases: 3,
    imaxA: 100,
    hasRelay: true,
    capacityW: 24_000,
    overloadAction: 'ALARM',
    protection: { kind: 'LIFE_SAFETY', owner: '沈国立', phone: '021-5550-0119' },
    load: curveOfPeak('LIFTS', 9_000),
  });
  builder.account({
    code: 'PUBLIC-LS',
    kind: 'PUBLIC',
    space: roofed,
    points: [lifts],
    tariff: 'E-TOU',
    policy: 'DEFAULT',
    openingBalance: PUBLIC_OPENING,
  });
  const names = [...new Set(feederParents(builder))].sort();
  for (const name of names) transformer(builder, name);
}

function transformer(builder: PlanBuilder, code: string): void {
  const children = builder.document.meterPoints
    .filter((point) => point.feeder === code && point.role !== 'PV')
    .map((point) => meterOf(builder, point.code));
  const infeeds = builder.document.meterPoints
    .filter((point) => point.feeder === code && point.role === 'PV')
    .map((point) => meterOf(builder, point.code));
  builder.meter({
    code: `E-${code}`,
    point: code,
    name: { zh: `变压器 ${code.slice(3)}`, en: `Transformer ${code.slice(3)}` },
    building: CAMPUS,
    space: CAMPUS,
    utility: 'ELECTRICITY',
    role: 'FEEDER',
    gateway: null,
    phases: 3,
    ratio: 400,
    imaxA: 6,
    hasRelay: false,
    capacityW: code === 'TR-A' ? 800_000 : 630_000,
    overloadAction: 'ALARM',
    load: { kind: 'FEEDER', children, infeeds, lossPpm: 9_000, unmeasuredDayMicro: 0 },
  });
}

function feederParents(builder: PlanBuilder): string[] {
  return builder.document.meterPoints.flatMap(({ feeder }) => (feeder?.startsWith('TR-') ? [feeder] : []));
}

function meterOf(builder: PlanBuilder, point: string): string {
  return builder.document.meters.find((meter) => meter.point === point)!.code;
}
