import { describe, expect, it } from 'vitest';
import { importDocumentSchema } from '../../contracts/importDocument';
import { CampusLoad } from '../load/campusLoad';
import { registerText } from '../load/registerText';
import { campusPlan } from './campusPlan';
import { departmentEnergyMicro, openingBalances, quotaRows } from './openingBalances';

const full = campusPlan({ seed: 1, meters: 1_300 });
const sections = ['spaces', 'gateways', 'meterPoints', 'meters', 'accounts', 'persons', 'users'] as const;

describe('the campus plan', () => {
  it.each([40, 300, 1_300, 2_000])('of %i meters is a document that an import accepts', (meters) => {
    const { document } = campusPlan({ seed: 5, meters });
    const parsed = importDocumentSchema.safeParse(document);
    expect(parsed.error?.issues ?? []).toEqual([]);
    for (const section of sections) {
      const codes = document[section].map(({ code }) => code);
      expect(new Set(codes).size, section).toBe(codes.length);
    }
    expect(document.meters.length).toBeLessThanOrEqual(meters + 4);
  });

  it('refers only to rows of its own', () => {
    const { document } = full;
    const codes = (rows: readonly { code: string }[]) => new Set(rows.map(({ code }) => code));
    const spaces = codes(document.spaces);
    const points = codes(document.meterPoints);
    const gateways = codes(document.gateways);
    const accounts = codes(document.accounts);
    const persons = codes(document.persons);
    const policies = codes(document.policies);
    const tariffs = codes(document.tariffs);
    for (const { parent } of document.spaces) expect(parent === null || spaces.has(parent!)).toBe(true);
    for (const point of document.meterPoints) {
      expect(spaces.has(point.space)).toBe(true);
      if (point.feeder) expect(points.has(point.feeder), point.feeder).toBe(true);
    }
    for (const meter of document.meters) {
      expect(points.has(meter.point)).toBe(true);
      if (meter.gateway) expect(gateways.has(meter.gateway)).toBe(true);
    }
    const paid = document.accounts.flatMap((account) => account.points ?? []);
    expect(new Set(paid).size).toBe(paid.length);
    for (const account of document.accounts) {
      for (const point of account.points ?? []) expect(points.has(point)).toBe(true);
      for (const tariff of [account.tariff ?? []].flat()) expect(tariffs.has(tariff)).toBe(true);
      expect(policies.has(account.policy!)).toBe(true);
    }
    for (const { account, person } of document.occupancies) {
      expect(accounts.has(account) && persons.has(person)).toBe(true);
    }
  });

  it('leaves no point that draws energy for somebody without an account', () => {
    const paid = new Set(full.document.accounts.flatMap((account) => account.points ?? []));
    const unpaid = full.document.meterPoints.filter(
      ({ code, role }) => role !== 'FEEDER' && role !== 'PV' && !paid.has(code),
    );
    expect(unpaid).toEqual([]);
  });

  it('has the size and the places that the screens were drawn for', () => {
    const { document } = full;
    const buildings = document.spaces.filter(({ kind }) => kind === 'BUILDING');
    expect(document.meters).toHaveLength(1_300);
    expect(buildings).toHaveLength(14);
    expect(document.gateways.length).toBeGreaterThan(55);
    expect(document.gateways.find(({ code }) => code === 'GW-14')?.space).toBe('AD');
    expect(document.meterPoints.find(({ code }) => code === 'D7-2')).toMatchObject({ capacityW: 32_000 });
    expect(document.meterPoints.find(({ code }) => code === 'P-E-7-412')).toMatchObject({
      feeder: 'D7-2',
      limitW: 800,
    });
    const rooms = document.accounts.filter(({ kind }) => kind === 'ROOM');
    expect(rooms).toHaveLength(1_004);
    const anyHour = rooms.filter(({ policy }) => policy === 'NO-QUIET-HOURS');
    expect(new Set(anyHour.map(({ code }) => code.slice(0, 4)))).toEqual(new Set(['A-3-']));
  });

  it('is the same for the same seed and another for another', () => {
    const again = campusPlan({ seed: 1, meters: 1_300 });
    expect(again.document).toEqual(full.document);
    expect([...again.traits]).toEqual([...full.traits]);
    expect([...campusPlan({ seed: 2, meters: 1_300 }).traits]).not.toEqual([...full.traits]);
  });

  it('lets one register wrap at the instant that was asked for', () => {
    const at = Date.UTC(2026, 10, 21, 2);
    const plan = campusPlan({ seed: 1, meters: 1_300, rolloverAtMs: at });
    const kitchen = new CampusLoad(plan).meter('E-CT-K1')!;
    const shown = (ts: number) =>
      Number(registerText(kitchen.traits.startMicro + kitchen.curve.totalAt(ts), kitchen.traits));
    expect(shown(at - 600_000)).toBeGreaterThan(999_990);
    expect(shown(at + 600_000)).toBeLessThan(10);
  });

  it('scales to ten thousand meters', () => {
    const { document } = campusPlan({ seed: 1, meters: 10_000, residentsPerRoom: 1 });
    expect(document.meters).toHaveLength(10_000);
    expect(importDocumentSchema.safeParse(document).success).toBe(true);
  });

  it('overloads nothing on a calm day: no room over 90 % of its limit, no feeder over 78 % of its rating', () => {
    const campus = new CampusLoad(full);
    const powers = new Float64Array(campus.meters.length);
    let room = 0;
    let feeder = 0;
    // Two days of every month, so that season and weekend are seen.
    for (let month = 0; month < 12; month++) {
      for (let minute = 0; minute < 2 * 1_440; minute += 11) {
        campus.powersAt(Date.UTC(2026, month, 13) + minute * 60_000, powers);
        for (const { traits, index } of campus.meters) {
          if (traits.limitW !== null) room = Math.max(room, powers[index]! / traits.limitW);
          if (traits.load.kind === 'FEEDER') feeder = Math.max(feeder, powers[index]! / traits.capacityW!);
        }
      }
    }
    expect(room).toBeLessThan(0.9);
    expect(feeder).toBeLessThan(0.78);
  });
});

describe('money and quotas of the plan', () => {
  const toMs = Date.UTC(2026, 10, 21, 2);
  const span = { fromMs: toMs - 42 * 86_400_000, toMs };

  it('gives every room account what it needs to stand in its band, a few of them nothing left', () => {
    const small = campusPlan({ seed: 1, meters: 120 });
    const balances = openingBalances(small, span);
    const rooms = small.document.accounts.filter(({ kind }) => kind === 'ROOM');
    expect([...balances.keys()]).toEqual(rooms.map(({ code }) => code));
    for (const balance of balances.values()) expect(balance).toMatch(/^\d+\.\d\d$/);
  });

  it('sets quotas that the department will end the month above or below as told', () => {
    const [quota] = quotaRows(full, ['2026-11']).filter(({ scope }) => scope === 'DEPT-CHEMISTRY');
    const month = { fromMs: Date.UTC(2026, 9, 31, 16), toMs: Date.UTC(2026, 10, 30, 16) };
    const energyKwh = Number(departmentEnergyMicro(full, 'DEPT-CHEMISTRY', month)) / 1e6;
    expect(energyKwh / Number(quota!.limit)).toBeCloseTo(1.08, 2);
  });
});
