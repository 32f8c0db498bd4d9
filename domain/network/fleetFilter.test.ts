import { expect, test } from 'vitest';
import { chooseFleet, FLEET_FACETS, type FleetEntry, type FleetFilter, reportStatusOf } from './fleetFilter';

const ALL: FleetFilter = {
  text: '',
  utility: null,
  status: null,
  contact: null,
  building: null,
  gateway: null,
  inspection: null,
};

const fleet: FleetEntry[] = Array.from({ length: 60 }, (_, index) => ({
  text: `m-${index} dorm ${index % 7}`,
  utility: ['ELECTRICITY', 'WATER', 'GAS'][index % 3]!,
  status: ['ONLINE', 'LATE', 'STALE', 'NEVER'][index % 4]!,
  contact: ['CLOSED', 'OPEN', ''][index % 5] ?? 'CLOSED',
  building: `D${index % 7}`,
  gateway: index % 6 === 0 ? '' : `G${index % 6}`,
  inspection: ['PASS', 'FAIL', ''][index % 3]!,
}));

const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((a, b) => a + b, 0);

test('without a choice the counts of every facet add up to the fleet', () => {
  const { matching, counts, totals } = chooseFleet(fleet, ALL);
  expect(matching).toHaveLength(60);
  for (const facet of FLEET_FACETS) {
    expect(sum(counts[facet])).toBe(60);
    expect(totals[facet]).toBe(60);
  }
});

test('a count is what choosing that value leaves, whatever else is chosen', () => {
  const filter: FleetFilter = { ...ALL, text: 'dorm', utility: 'WATER', building: 'D3' };
  const { counts, totals } = chooseFleet(fleet, filter);
  for (const facet of FLEET_FACETS) {
    expect(sum(counts[facet])).toBe(totals[facet]);
    for (const [value, count] of counts[facet])
      expect(chooseFleet(fleet, { ...filter, [facet]: value }).matching).toHaveLength(count);
  }
});

test('every word of a search must occur', () => {
  expect(chooseFleet(fleet, { ...ALL, text: 'M-1  dorm' }).matching).toHaveLength(11);
  expect(chooseFleet(fleet, { ...ALL, text: 'm-1 nowhere' }).matching).toHaveLength(0);
});

test.each([
  [null, 'NEVER'],
  [20_000, 'ONLINE'],
  [20_001, 'LATE'],
  [40_001, 'STALE'],
] as const)('a meter of 10 s with a report %s ms old is %s', (ageMs, status) => {
  expect(reportStatusOf(ageMs, 10_000)).toBe(status);
});
