import { afterAll, beforeAll, expect, it } from 'vitest';
import { BulkCampus } from '../../testing/bulkCampus';
import { testCampusDocument } from '../../testing/testCampus';
import { searchChoices } from './searchChoices';

let campus: BulkCampus;
beforeAll(async () => {
  campus = await BulkCampus.start();
  await campus.add({
    campus: testCampusDocument.campus,
    spaces: [
      { code: 'Q', parent: 'TC', kind: 'BUILDING', name: { zh: '七号楼', en: 'Dorm Seven' } },
      { code: 'Q-4F', parent: 'Q', kind: 'FLOOR', name: { zh: '四层', en: 'Fourth floor' } },
      { code: 'Q-412', parent: 'Q-4F', kind: 'ROOM', name: '412' },
    ],
    meterPoints: [{ code: 'F-Q', space: 'Q', utility: 'ELECTRICITY', role: 'FEEDER', capacityW: 90_000 }],
  });
});
afterAll(() => campus?.database.drop());

async function found(code: string, text: string, kind: 'SPACE' | 'FEEDER' = 'SPACE') {
  const { caller, deps } = await campus.as(code);
  return (await searchChoices(deps, caller, { kind, text })).map((hit) => hit.code);
}

it('a place is found by words of its own name and of what it stands in, in either language or by its code', async () => {
  expect(await found('energy', '七号楼')).toEqual(['Q', 'Q-4F', 'Q-412']);
  expect(await found('energy', 'seven fourth')).toEqual(['Q-4F', 'Q-412']);
  expect(await found('energy', '七号楼 412')).toEqual(['Q-412']);
  expect(await found('energy', 'q-4f')).toEqual(['Q-4F', 'Q-412']);
  expect(await found('energy', '%'), 'nothing typed is a wildcard').toEqual([]);
  const { caller, deps } = await campus.as('energy');
  expect(await searchChoices(deps, caller, { kind: 'SPACE', text: 'Q-412' })).toEqual([
    {
      ...{ code: 'Q-412', kind: 'ROOM', name: '412', nameEn: null },
      above: [
        { name: '七号楼', nameEn: 'Dorm Seven' },
        { name: '四层', nameEn: 'Fourth floor' },
      ],
    },
  ]);
});

it('a feeder is found by its code and by the building that it stands in', async () => {
  expect(await found('energy', 'F-Q', 'FEEDER')).toEqual(['F-Q']);
  expect(await found('energy', 'seven', 'FEEDER')).toEqual(['F-Q']);
});

it('nobody finds what they could not switch', async () => {
  expect(await found('security-b', 'Q')).toEqual([]);
  expect(await found('security-b', 'B-01')).toEqual(['B-01']);
  expect(await found('security-b', 'F-B', 'FEEDER'), 'security cuts no feeder').toEqual([]);
  for (const code of ['student', 'head', 'warden-n', 'maintainer', 'finance', 'auditor', 'admin'])
    expect([...(await found(code, 'Q')), ...(await found(code, 'F-Q', 'FEEDER'))], code).toEqual([]);
});
