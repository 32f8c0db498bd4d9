import { afterAll, beforeAll, expect, it } from 'vitest';
import { FixedClock } from '../../../domain/time/clock';
import { reasonOf } from '../../testing/reasonOf';
import { ServiceCampus } from '../../testing/serviceCampus';
import { inspectMeterNow } from './inspections';
import { InspectLimit } from './inspectLimit';

const MINUTE = 60_000;
let campus: ServiceCampus;
beforeAll(async () => {
  campus = await ServiceCampus.start();
});
afterAll(() => campus?.database.drop());

it('a meter is looked at three times and then once a minute, whoever asks; who may not ask takes nobody’s turn', async () => {
  const inspectLimit = new InspectLimit(campus.clock);
  const look = async (who: string) => {
    const { caller, deps } = await campus.as(who);
    return reasonOf(inspectMeterNow({ ...deps, inspectLimit }, caller, 'M-101'));
  };
  for (let n = 0; n < 5; n++) expect(await look('student')).toBe('ROLE_MISSING');
  expect([await look('energy'), await look('maintainer'), await look('energy')]).toEqual([
    'DONE',
    'DONE',
    'DONE',
  ]);
  expect([await look('energy'), await look('maintainer')]).toEqual([
    'TOO_MANY_ATTEMPTS',
    'TOO_MANY_ATTEMPTS',
  ]);
  campus.clock.advance(MINUTE);
  expect([await look('energy'), await look('energy')]).toEqual(['DONE', 'TOO_MANY_ATTEMPTS']);
  const { rows } = await campus.database.pool.query(
    'select count(*)::int as n from device_inspection where asked_by is not null',
  );
  expect(rows).toEqual([{ n: 4 }]);
});

it('one person looks at thirty meters in a row and no more, and holds up no other', () => {
  const limit = new InspectLimit(new FixedClock(0));
  const waits = Array.from({ length: 31 }, (_, meter) => limit.take('user:one', meter));
  expect(waits.filter((wait) => wait > 0)).toEqual([20]);
  expect(limit.take('user:two', 30)).toBe(0);
});
