import { describe, expect, it } from 'vitest';
import type { BalanceRow, MeterRow } from '../../contracts/liveEvents';
import type { StoredRoom } from './balanceTypes';
import { type LiveLookup, liveRoom } from './liveRooms';

const NOW = 1_800_000_000_000;
const HOUR_MS = 3_600_000;
const stored: StoredRoom = {
  account: 'A-1',
  space: '1',
  name: '1',
  nameEn: null,
  floor: 'F',
  floorName: 'F',
  floorNameEn: null,
  band: 'H24_TO_72',
  timeLeftMs: 30 * HOUR_MS,
  learnedDays: 42,
  meters: ['M1'],
  rxMs: NOW - 60_000,
  intervalMs: 10_000,
  measuredOpen: false,
};
const row = (rxMs: number, contact: 0 | 1 | null): MeterRow => ['M1', rxMs, rxMs, 5, contact, 230, 0.1, null];
const balance = (change: Partial<BalanceRow>): BalanceRow => ({
  account: 'A-1',
  space: '1',
  asOf: NOW,
  band: 'UNDER_6_H',
  timeLeftMs: 2 * HOUR_MS,
  availableMicro: null,
  ledgerMicro: null,
  unpostedMicro: null,
  ...change,
});
const lookup = (meter: MeterRow | null, money: BalanceRow | null = null): LiveLookup => ({
  meter: () => meter,
  balance: () => money,
});
const at = (live: LiveLookup, room = stored) => liveRoom(room, NOW - 1_000, live, NOW);

describe('a room with what streams', () => {
  it('stands as it was read while nothing streams', () => {
    expect(at(lookup(null))).toMatchObject({ band: 'H24_TO_72', rxMs: NOW - 60_000 });
  });
  it('a report shows the contact as measured and renews the age', () => {
    expect(at(lookup(row(NOW - 2_000, 0)))).toMatchObject({
      band: 'CUT',
      rxMs: NOW - 2_000,
      measuredOpen: true,
    });
    expect(at(lookup(row(NOW - 2_000, 1)), { ...stored, measuredOpen: true }).band).toBe('H24_TO_72');
    expect(at(lookup(row(NOW - 2_000, null)), { ...stored, measuredOpen: true }).band).toBe('CUT');
  });
  it('a newer forecast moves the band, an older one does not', () => {
    expect(at(lookup(null, balance({}))).band).toBe('UNDER_6_H');
    expect(at(lookup(null, balance({ asOf: NOW - 5_000 }))).band).toBe('H24_TO_72');
    expect(at(lookup(null, balance({ band: 'LEARNING', timeLeftMs: null }))).band).toBe('LEARNING');
  });
  it('a command that only wants the room off never shows it as cut', () => {
    expect(at(lookup(null, balance({ band: 'CUT', timeLeftMs: null }))).band).toBe('H24_TO_72');
  });
  it('a silent room is no data, whatever its forecast says', () => {
    expect(liveRoom({ ...stored, rxMs: NOW - HOUR_MS }, NOW, lookup(null, balance({})), NOW).band).toBe(
      'NO_DATA',
    );
  });
});
