import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { steerBulkJob } from '../../../engine/bulk/steerBulkJob';
import { dispatchCommand, dueCommands } from '../../../engine/dispatchCommand';
import { sweepCommands } from '../../../engine/sweepCommands';
import type { BulkCampus } from '../../testing/bulkCampus';
import { ofRooms, ScheduledCampus } from '../../testing/scheduledCampus';
import { testCampusDocument } from '../../testing/testCampus';

const MINUTE = 60_000;

let desk: ScheduledCampus;
let campus: BulkCampus;

beforeAll(async () => {
  desk = await ScheduledCampus.start();
  campus = desk.campus;
});
afterAll(() => campus?.database.drop());
beforeEach(() => desk.nextWeek());

/** The building goes off at night, and a person stops its restore after some rooms are back. @returns rooms that stay off */
async function stoppedInTheMorning(id: string): Promise<number> {
  await desk.goTo('23:00');
  await desk.pass(20);
  expect(desk.off()).toBe(23);
  await desk.goTo('06:00', 1);
  await desk.look();
  for (let second = 0; second < 12; second++) {
    await campus.tick();
    await campus.obey();
  }
  await campus.tick();
  await desk.steerFiring(await desk.lastFiring(id), 'STOP');
  await campus.obey();
  await campus.report();
  const left = desk.off();
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(23);
  return left;
}

it('a restore that a person stops stays stopped until the schedule’s next time, and what was not sent is held for SCHEDULE', async () => {
  const id = await desk.active();
  const left = await stoppedInTheMorning(id);
  expect(await desk.reasons()).toEqual({ SCHEDULE: left });
  const jobs = await desk.firingsOf(id);
  for (const [time, seconds] of [
    ['06:16', 20],
    ['06:46', 20],
    ['17:00', 60],
  ] as const) {
    await desk.goTo(time, 1);
    await desk.pass(seconds);
    expect([time, desk.off(), await desk.firingsOf(id)]).toEqual([time, left, jobs]);
  }
  await desk.goTo('23:00', 1);
  await desk.pass(20);
  expect(desk.off()).toBe(23);
  await desk.goTo('06:00', 2);
  await desk.pass(60);
  expect([desk.off(), await desk.reasons()]).toEqual([0, {}]);
});

it('whoever pauses the schedule after a stop wants supply back, and gets it', async () => {
  const id = await desk.active();
  await stoppedInTheMorning(id);
  await desk.goTo('06:20', 1);
  await desk.steer('energy2', id, 'PAUSE');
  await desk.pass(60);
  expect([desk.off(), await desk.reasons()]).toEqual([0, {}]);
});

it('a program that stops a restore keeps nobody in the dark: the schedule asks again', async () => {
  const id = await desk.active(ofRooms('01', '02'));
  await desk.goTo('23:00');
  await desk.pass(15);
  await desk.goTo('06:00', 1);
  await desk.look();
  const { caller } = await campus.as('energy');
  await steerBulkJob(
    campus.database,
    campus.ctx,
    {
      campusId: caller.campus.id,
      jobId: await desk.lastFiring(id),
      userId: null,
      actor: 'key:01J7ZK3V8N4QK6T2M9R5W1X0YB',
      scope: caller.permission('RESTORE')!.scope,
    },
    'STOP',
  );
  expect(await desk.reasons()).toEqual({ SCHEDULE: 2 });
  await desk.goTo('06:15', 1);
  await desk.pass(60);
  expect([desk.off(), await desk.reasons()]).toEqual([0, {}]);
});

it('a restore that nothing carries out ends with the points held for the schedule alone, and comes when it can', async () => {
  const id = await desk.active();
  await desk.goTo('23:00');
  await desk.pass(20);
  // The broker is away: commands are made, and go nowhere.
  await desk.goTo('06:00', 1);
  await desk.look();
  for (let second = 0; second < 5; second++) await campus.tick();
  await desk.goTo('06:14', 1);
  await sweepCommands(campus.database, campus.ctx);
  for (let second = 0; second < 5; second++) await campus.tick();
  await desk.goTo('06:16', 1);
  await campus.tick();
  expect((await desk.lastJob(id)).job).toMatchObject({ state: 'STOPPED', endCause: 'EXPIRED' });
  expect(Object.keys(await desk.reasons()), 'nobody holds them by hand').toEqual(['SCHEDULE']);
  await desk.goTo('06:30', 1);
  await desk.pass(90);
  expect([desk.off(), await desk.reasons()]).toEqual([0, {}]);
});

it('after a weekend off, a meter that was away for a moment comes back like the others: nobody is asked to confirm', async () => {
  await campus.add({
    campus: testCampusDocument.campus,
    accounts: [
      {
        code: 'A-B-05',
        kind: 'ROOM',
        space: 'B-05',
        points: ['P-B-05'],
        tariff: 'FLAT',
        openingBalance: '50.00',
        since: new Date(campus.clock.now()).toISOString(),
      },
    ],
  });
  const weekend = { dayTypes: ['WEEKEND' as const], offMinute: 0, onMinute: 0 };
  await desk.active({ ...ofRooms('05', '06'), windows: [weekend] });
  await desk.goTo('00:00', 5);
  await desk.pass(15);
  expect(desk.off()).toBe(2);
  await desk.goTo('00:00', 7);
  await desk.online('05', false);
  await desk.passUnheard(40);
  expect([desk.off(), await desk.reasons()]).toEqual([1, {}]);
  await desk.online('05', true);
  await desk.pass(70);
  expect([desk.off(), await desk.reasons()]).toEqual([0, {}]);
});

it('no attempt at a cut is made once the schedule’s time is over, whichever job looks first', async () => {
  const id = await desk.active(ofRooms('07'));
  await desk.goTo('23:00');
  await desk.look();
  await campus.tick();
  for (const command of await dueCommands(campus.database, campus.ctx, 10))
    await dispatchCommand(campus.database, campus.ctx, command.id, async () => undefined);
  // The meter never answers: the next attempt is due in five minutes, and no server runs until the morning.
  campus.clock.advance(3 * MINUTE);
  await sweepCommands(campus.database, campus.ctx);
  expect(await campus.commands()).toMatchObject([{ op: 'disconnect', state: 'FAILED_TIMEOUT' }]);
  await desk.goTo('09:30', 1);
  await sweepCommands(campus.database, campus.ctx);
  await campus.obey();
  expect((await campus.commands()).map(({ op }) => op)).toEqual(['disconnect']);
  await desk.pass(60);
  expect([desk.off(), await desk.reasons()]).toEqual([0, {}]);
  expect((await desk.shown(id))?.held).toBe(0);
});

it('what a restore has left when the next cut begins stays off: a job that was paused brings nothing back into it', async () => {
  const evening = [
    { dayTypes: ['WORKDAY' as const], offMinute: 22 * 60, onMinute: 22 * 60 + 30 },
    { dayTypes: ['WORKDAY' as const], offMinute: 22 * 60 + 35, onMinute: 23 * 60 },
  ];
  const id = await desk.active({ ...ofRooms('01', '02', '03'), windows: evening });
  await desk.goTo('22:00');
  await desk.pass(15);
  await desk.goTo('22:30');
  await desk.look();
  const jobId = await desk.lastFiring(id);
  await desk.steerFiring(jobId, 'PAUSE');
  await desk.goTo('22:35');
  await desk.pass(10);
  expect(desk.off()).toBe(3);
  await desk.steerFiring(jobId, 'RESUME').catch(() => undefined);
  await desk.goTo('22:37');
  await desk.pass(60);
  expect(desk.off()).toBe(3);
  await desk.goTo('23:00');
  await desk.pass(60);
  expect([desk.off(), await desk.reasons()]).toEqual([0, {}]);
});

it('a point whose meter was taken away is held no longer than the others, and its job is not made again and again', async () => {
  const id = await desk.active(ofRooms('08', '09'));
  await desk.goTo('23:00');
  await desk.pass(15);
  await campus.database.pool.query(
    `update meter_install set valid_to = $1 where valid_to is null and point_id = (select id from meter_point where code = 'P-B-08')`,
    [new Date(campus.clock.now())],
  );
  await desk.goTo('06:00', 1);
  await desk.pass(60);
  expect(await desk.reasons()).toEqual({});
  expect(await desk.firingsOf(id)).toBe(2);
  await campus.database.pool.query(
    `update meter_install set valid_to = null where point_id = (select id from meter_point where code = 'P-B-08')`,
  );
});
