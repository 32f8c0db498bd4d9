import { describe, expect, it } from 'vitest';
import type { LiveAlarm } from '../../contracts/liveEvents';
import { floodCards, soundsInFlood } from './floodCards';
import { liveAlarm } from './testing';

const NOWHERE = { building: null, space: null, point: null, meter: null, gateway: null, path: [] };

interface Told extends Partial<LiveAlarm> {
  readonly gateway?: string;
  readonly feeder?: string;
  readonly building?: string;
}

const alarm = (id: string, { gateway, feeder, building, ...more }: Told = {}): LiveAlarm =>
  liveAlarm({
    id,
    causes: { gateway: gateway ?? null, feeder: feeder ?? null },
    place: { ...NOWHERE, building: building ?? null },
    ...more,
  });

const fold = (alarms: readonly LiveAlarm[]) =>
  floodCards(alarms.map((one) => ({ alarm: one }))).map(({ key, cause, rows }) => [
    key,
    cause,
    rows.map((row) => row.alarm.id).join(' '),
  ]);

const many = (ids: string, told: Told): LiveAlarm[] => ids.split(' ').map((id) => alarm(id, told));

describe('a list of a flood', () => {
  it('is cards by gateway, feeder, building and rule, each where its first row stood', () => {
    const alarms = [
      ...many('r1 r2 r3 r4 r5', { rule: 'LEAKAGE' }),
      ...many('b1 b2 b3 b4 b5', { building: 'D2', feeder: 'D2-1' }).slice(0, 4),
      alarm('b5', { building: 'D2' }),
      ...many('f1 f2 f3 f4 f5', { feeder: 'D7-2', building: 'D7' }),
      ...many('g1 g2 g3 g4 g5', { gateway: 'GW-3', feeder: 'D7-1', building: 'D7' }),
    ];
    expect(fold(alarms)).toEqual([
      ['ruleCode:LEAKAGE', 'ruleCode', 'r1 r2 r3 r4 r5'],
      ['building:D2', 'building', 'b1 b2 b3 b4 b5'],
      ['feeder:D7-2', 'feeder', 'f1 f2 f3 f4 f5'],
      ['gateway:GW-3', 'gateway', 'g1 g2 g3 g4 g5'],
    ]);
  });

  it('counts P3 without a common cause and leaves P1 and a lone P2 their rows', () => {
    const alarms = [
      alarm('p1', { priority: 1, gateway: 'GW-3' }),
      ...many('g1 g2 g3 g4 g5', { gateway: 'GW-3' }),
      alarm('p2', { gateway: 'GW-9' }),
      alarm('c1', { priority: 3, rule: 'CLOCK_DRIFT' }),
      alarm('c2', { priority: 4, rule: 'REBOOT_LOOP' }),
    ];
    expect(fold(alarms)).toEqual([
      ['p1', null, 'p1'],
      ['gateway:GW-3', 'gateway', 'g1 g2 g3 g4 g5'],
      ['p2', null, 'p2'],
      ['counted', 'counted', 'c1 c2'],
    ]);
    expect(fold(alarms.slice(0, -1)).at(-1)).toEqual(['c1', null, 'c1']);
  });

  it('sounds once for a card', () => {
    const card = many('g1 g2 g3 g4 g5 g6', { gateway: 'GW-3' });
    const heard = new Set(['g1']);
    expect(soundsInFlood(card, ['g6'], heard)).toBe(false);
    expect(soundsInFlood([...card, alarm('lone')], ['g6', 'lone'], heard)).toBe(true);
    const other = many('h1 h2 h3 h4 h5', { gateway: 'GW-4' });
    expect(soundsInFlood([...card, ...other], ['h1'], heard)).toBe(true);
    expect(soundsInFlood(card, ['g1', 'g2'], new Set())).toBe(true);
  });
});
