import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceCampus } from '../../testing/serviceCampus';
import { testCampusDocument } from '../../testing/testCampus';
import { searchCampus } from './search';

let campus: ServiceCampus;

/** Somebody lives in each of two buildings, under one name, and one has moved out. */
beforeAll(async () => {
  campus = await ServiceCampus.start();
  await campus.add({
    campus: testCampusDocument.campus,
    persons: [
      { code: 'ST2', name: 'Student One' },
      { code: 'ST3', name: 'Gone Before' },
    ],
    occupancies: [
      { account: 'A-201', person: 'ST2', from: '2025-09-01' },
      { account: 'A-102', person: 'ST3', from: '2025-09-01', to: '2025-09-05' },
    ],
  });
});
afterAll(() => campus?.database.drop());

async function found(who: string, text: string) {
  const { caller, deps } = await campus.as(who);
  const { places, meters, residents } = await searchCampus(deps, caller, text);
  return {
    places: places.map(({ code }) => code),
    meters: meters.map(({ code }) => code),
    residents: residents.map(({ spaceCode }) => spaceCode),
  };
}

describe('a search of the campus', () => {
  it.each(['beilou', 'bl', 'BEI LOU', '北楼', 'North'])(
    'finds a building by its name and how it sounds: %s',
    async (text) => {
      expect((await found('energy', text)).places).toEqual(['N']);
    },
  );

  it.each(['warden-n', 'security-n'])(
    'finds no place and no meter beyond the zone of who asks: %s',
    async (who) => {
      for (const text of ['nanlou', 'nl', '201', 'S-201', 'M-201', 'SF-S'])
        expect(await found(who, text), text).toEqual({ places: [], meters: [], residents: [] });
      expect(await found(who, '101')).toEqual({ places: ['N-101'], meters: ['M-101'], residents: [] });
    },
  );

  it('finds a meter by a part of its serial number, the whole number first', async () => {
    expect((await found('maintainer', 'sf-')).meters).toEqual(['MF-N', 'MF-S']);
    expect((await found('maintainer', 's-202')).meters[0]).toBe('M-202');
  });

  it('tells the meter of a feeder from the others, and finds it by the feeder, the whole code first', async () => {
    const { caller, deps } = await campus.as('maintainer');
    const of = async (text: string) =>
      (await searchCampus(deps, caller, text)).meters.map(({ code, feeder }) => `${code} ${feeder}`);
    expect(await of('f-s')).toEqual(['MF-S F-S']);
    expect(await of('M-101')).toEqual(['M-101 null']);
  });

  it('tells the whole code of a feeder, meter or place from a part of one', async () => {
    const { caller, deps } = await campus.as('energy');
    const exact = async (text: string) => {
      const { places, meters } = await searchCampus(deps, caller, text);
      return [...places, ...meters].filter((hit) => hit.exact).map(({ code }) => code);
    };
    expect(await exact('f-n')).toEqual(['MF-N']);
    expect((await found('energy', 'F-N')).places, 'the building holds that meter').toEqual(['N']);
    expect(await exact('mf-n')).toEqual(['MF-N']);
    expect(await exact('sf-N')).toEqual(['MF-N']);
    expect(await exact('n-101')).toEqual(['N-101']);
    expect(await exact('F-')).toEqual([]);
  });

  it.each(['finance', 'student', 'head'])('finds no meter for who opens none: %s', async (who) => {
    for (const text of ['M-101', 'S-101', 'SF-N']) expect((await found(who, text)).meters, text).toEqual([]);
  });

  it('finds for who lives there their own room and nothing else', async () => {
    expect(await found('student', '0')).toEqual({ places: ['N-101'], meters: [], residents: [] });
    for (const text of ['beilou', 'Student One', 'ST2'])
      expect(await found('student', text), text).toEqual({ places: [], meters: [], residents: [] });
  });

  it('finds where somebody lives now by the whole name or number, for who sees the residents there', async () => {
    for (const text of ['Student One', 'student one', 'ST1'])
      expect((await found('warden-n', text)).residents, text).toEqual(['N-101']);
    for (const text of ['Student', 'ST', 'ST2', 'Gone Before', 'ST3'])
      expect((await found('warden-n', text)).residents, text).toEqual([]);
    for (const who of ['energy', 'security-n', 'maintainer', 'finance', 'auditor', 'admin', 'head'])
      expect((await found(who, 'Student One')).residents, who).toEqual([]);
  });

  it('finds pages by name, sound or the beginning of an English word, and those alone that open for who asks', async () => {
    const pages = async (who: string, text: string) => {
      const { caller, deps } = await campus.as(who);
      return (await searchCampus(deps, caller, text)).pages.map(({ key }) => key);
    };
    for (const text of ['账本', 'zhangben', 'zb', 'ledger', 'Led'])
      expect(await pages('finance', text), text).toContain('ledger');
    for (const text of ['edger', 'l', '%']) expect(await pages('finance', text), text).toEqual([]);
    expect(await pages('energy', 'new')).toEqual(['newJob', 'newSchedule']);
    expect(await pages('security-n', 'new')).toEqual(['newJob']);
    expect(await pages('maintainer', 'new'), 'a right under the own tag is for one point').toEqual([]);
    expect(await pages('warden-n', 'ledger')).toEqual([]);
    expect(await pages('finance', 'alarm')).toEqual(['alarms']);
    expect(await pages('student', 'alarm')).toEqual([]);
  });

  it('takes nothing that was typed for a wildcard', async () => {
    for (const text of ['%', '_', '\\', 'M_101'])
      expect(await found('energy', text), text).toEqual({ places: [], meters: [], residents: [] });
  });
});
