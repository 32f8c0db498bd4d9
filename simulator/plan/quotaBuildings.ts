import type { QuotaBuildingSpec } from './buildingSpecs';
import { type CampusDraft, floorCode, PUBLIC_OPENING } from './draft';
import { curveOfPeak } from './planBuilder';

export function quotaBuilding(draft: CampusDraft, spec: QuotaBuildingSpec): void {
  const { builder } = draft;
  draft.building(spec.code, spec.name, spec.outline, spec.floors);
  builder.document.departments.find(({ code }) => code === spec.department)!.spaces!.push(spec.code);
  const gateways = Array.from({ length: spec.gateways }, () => draft.gateway(spec.code));
  const points: string[] = [];
  const onFloor = new Map<number, number>();
  const belowFeeder = new Map<number, string[]>(spec.feeders.map(({ number }) => [number, []]));
  for (const circuit of spec.circuits) {
    const ordinal = (onFloor.get(circuit.floor) ?? 0) + 1;
    onFloor.set(circuit.floor, ordinal);
    const space = `${spec.code}-${circuit.floor}${String(ordinal).padStart(2, '0')}`;
    const feeder = spec.feeders.find(({ toFloor }) => circuit.floor <= toFloor)!;
    draft.room(space, floorCode(spec.code, circuit.floor), circuit.name, 120, 0);
    points.push(
      builder.meter({
        code: `E-${space}`,
        name: circuit.name,
        building: spec.code,
        space,
        utility: 'ELECTRICITY',
        role: 'CUSTOMER',
        gateway: gateways[(circuit.floor - 1) % gateways.length]!,
        feeder: `${spec.code}-${feeder.number}`,
        phases: 3,
        imaxA: 100,
        hasRelay: true,
        load: curveOfPeak(circuit.profile, circuit.peakW),
        capacityW: Math.ceil((circuit.peakW * 1.6) / 1_000) * 1_000,
        overloadAction: 'ALARM',
        ...(circuit.protection ? { protection: circuit.protection } : {}),
      }),
    );
    belowFeeder.get(feeder.number)!.push(`E-${space}`);
  }
  spec.feeders.forEach((feeder, at) => {
    draft.feeder({
      code: `${spec.code}-${feeder.number}`,
      building: spec.code,
      gateway: gateways[0]!,
      children: belowFeeder.get(feeder.number)!,
      capacityW: feeder.capacityW,
      transformer: 'TR-A',
      floors: [at === 0 ? 1 : spec.feeders[at - 1]!.toFloor + 1, feeder.toFloor],
    });
  });
  points.push(draft.waterMain(spec.code, gateways[0]!, 9));
  builder.account({
    code: `A-${spec.department}`,
    kind: 'DEPT',
    space: spec.code,
    department: spec.department,
    points: points.slice(0, -1),
    tariff: 'E-TOU',
    policy: 'DEFAULT',
    openingBalance: PUBLIC_OPENING,
  });
  draft.publicAccount(spec.code, points.slice(-1));
}
