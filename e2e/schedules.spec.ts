import { ulid } from 'ulid';
import { withTransaction } from '../db/client';
import { insertSchedule } from '../db/queries/switchSchedules';
import { expectAccessible, expectOneWayScroll } from './fixtures/looks';
import { be, expect, open, type Site, test } from './fixtures/pages';
import { storeEndedJob } from './fixtures/storedJobs';

test('a schedule is run dry with its next firings, asked for, consented to by another person, paused and ended', async ({
  context,
  page,
  site,
}) => {
  const { rows } = await site.database.pool.query<{ floor: string }>(
    `select f.code as floor from space s join space f on f.id = any(s.path) and f.kind = 'FLOOR' where s.code = '7-412'`,
  );
  await be(context, site, 'linwei');
  await open(page, site, '/control/schedules/new');
  const place = page.getByRole('combobox', { name: 'Place' });
  await place.fill('NOWHERE');
  await page.getByTestId('dry-run').click();
  await expect(place).toHaveAttribute('aria-invalid', 'true');
  await place.fill('412');
  const [list, form] = [page.getByRole('listbox'), page.getByTestId('schedule-form')];
  await expect(list.getByRole('option').first()).toBeVisible();
  const bottom = async (part: typeof list) => {
    const { y, height } = (await part.boundingBox())!;
    return y + height;
  };
  expect(await bottom(list), 'the panel cuts off nothing that was found').toBeLessThanOrEqual(
    await bottom(form),
  );
  await page.getByRole('option').filter({ hasText: '7-412' }).click();
  await expect(place, 'a room by its name').toHaveValue('7-412');
  await expect(page.getByTestId('chosen-place')).toContainText('›');
  await place.fill(rows[0]!.floor);
  await expect(page.getByRole('listbox').getByRole('option', { selected: true })).toContainText(
    rows[0]!.floor,
  );
  await place.press('Enter');
  await expect(place).toHaveAttribute('aria-expanded', 'false');
  await page.getByTestId('dry-run').click();
  // It is Thursday, 21:04.
  await expect(page.getByTestId('firing').first()).toContainText('23:00');
  await expect(page.getByTestId('firing').first()).toHaveAttribute('data-direction', 'cut');
  await expect(page.getByTestId('firing').nth(1)).toContainText('06:00');
  await expect(page.getByTestId('affected')).toContainText('points would go off');
  expect(Number(await page.getByTestId('preview-counts').getAttribute('data-eligible'))).toBeGreaterThan(10);
  await expectAccessible(page);
  await expectOneWayScroll(page);
  await page.getByLabel('Name', { exact: true }).fill('Nights of the floor');
  await page.getByLabel('Reason', { exact: true }).fill('Nobody is there at night');
  await page.getByTestId('ask-schedule').click();

  const row = page.getByTestId('schedule').filter({ hasText: 'Nights of the floor' });
  await expect(row).toHaveAttribute('data-state', 'pending_approval');
  await expect(row.getByTestId('schedule-approve'), 'nobody approves what they asked for').toHaveCount(0);
  await expect(row.getByTestId('schedule-withdraw')).toBeVisible();

  await be(context, site, 'gaolei');
  await open(page, site, '/overview');
  await expect(page.getByTestId('nav-waiting').first(), 'the navigation counts what waits').toBeAttached();
  await page.getByTestId('waiting-line').getByRole('link').click();
  const waits = page.getByTestId('waiting-item').filter({ hasText: 'Nights of the floor' });
  await expect(waits).toContainText('林薇');
  await expect(waits).toContainText('Nobody is there at night');
  await waits.getByRole('link').click();
  await row.getByTestId('schedule-approve').click();
  await expect(row).toHaveAttribute('data-state', 'active');
  await expect(waits, 'what is decided waits no more').toHaveCount(0);
  await expect(row).toContainText('23:00');
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectOneWayScroll(page);

  await row.getByTestId('schedule-pause').click();
  await expect(row).toHaveAttribute('data-state', 'paused');
  await expect(row).toContainText('No next time');
  await row.getByTestId('schedule-resume').click();
  await expect(row).toHaveAttribute('data-state', 'active');
  await row.getByTestId('schedule-end').click();
  await expect(row).toHaveAttribute('data-state', 'ended');
  const { rows: sent } = await site.database.pool.query(
    "select 1 from command where actor like 'schedule:%' or cause = 'SCHEDULE'",
  );
  expect(sent, 'no clock is looked at here').toEqual([]);
});

test('the form is for who may cut and restore; who sees commands reads the list', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'zhouqiang', { lang: 'zh-CN', theme: 'dark' });
  await page.goto(`${site.url}/control/schedules/new`);
  await expect(page.getByTestId('schedule-form')).toHaveCount(0);
  await open(page, site, '/control');
  await expect(page.getByTestId('schedules')).toBeVisible();
  await expect(page.getByRole('link', { name: '新建定时' })).toHaveCount(0);
});

/** A schedule that keeps two rooms off from 21:00 to 23:00, and its firing of today, which one of them did not obey. */
async function firedSchedule(
  site: Site,
  obeyed: string,
  failed: string,
): Promise<{ id: string; jobId: string }> {
  const { pool } = site.database;
  const codes = [`P-E-${obeyed}`, `P-E-${failed}`];
  const id = await withTransaction(site.database, async ({ client }) => {
    const { rows } = await client.query<{ id: number }>("select id from app_user where code = 'linwei'");
    return insertSchedule(client, {
      ...{ id: ulid(site.nowMs), campusId: site.campusId, name: 'Evenings', reason: 'Nobody is there' },
      ...{ choice: { kind: 'ROOMS', codes: [obeyed, failed] }, spaceId: null, calendarId: null },
      windows: [{ dayTypes: ['WORKDAY'], offMinute: 21 * 60, onMinute: 23 * 60 }],
      ...{ requesterId: rows[0]!.id, requestedBy: 'user:linwei', requestedMs: site.nowMs - 86_400_000 },
      ...{ requestKey: ulid(site.nowMs), approvalDueMs: site.nowMs },
    });
  });
  await pool.query(
    "update switch_schedule set state = 'ACTIVE', approved_by = 'user:gaolei', approved_ms = $2::bigint where id = $1",
    [id, site.nowMs - 80_000_000],
  );
  const jobId = await storeEndedJob(
    site,
    [
      { point: codes[0]!, states: ['QUEUED', 'SENT', 'ACCEPTED', 'EXECUTED', 'VERIFIED'] },
      { point: codes[1]!, states: ['QUEUED', 'SENT', 'FAILED_TIMEOUT'], resultCode: 'EXPIRE' },
    ],
    id,
  );
  await pool.query(
    `update supply_state set reasons = $1::jsonb, observed = case when point_id = (select id from meter_point where code = $3)
       then 'CLOSED' else 'OPEN' end::observed_supply
      where point_id in (select id from meter_point where code = any($2))`,
    [JSON.stringify({ SCHEDULE: { sinceMs: site.nowMs - 110_000, by: `schedule:${id}` } }), codes, codes[1]],
  );
  return { id, jobId };
}

test('what failed of a schedule’s firing is tried again from its job, for the schedule and for that point alone', async ({
  context,
  page,
  site,
}) => {
  const { pool } = site.database;
  const { id, jobId } = await firedSchedule(site, '7-603', '7-604');
  try {
    await be(context, site, 'zhouqiang');
    await open(page, site, `/control/${jobId}`);
    await expect(page.getByTestId('result').first()).toHaveAttribute('data-cell', 'timeout');
    await expect(page.getByTestId('retry-firing'), 'not by who may not restore').toHaveCount(0);
    await be(context, site, 'linwei');
    await open(page, site, `/control/${jobId}`);
    await expect(page.getByRole('link', { name: 'Retry failed' }), 'not as a cut by hand').toHaveCount(0);
    await expectAccessible(page);
    await page.getByTestId('retry-firing').click();
    await expect(page).not.toHaveURL(new RegExp(`${jobId}$`));
    await expect(page.getByTestId('job')).toHaveAttribute('data-state', 'running');
    await expect(page.getByTestId('cell')).toHaveCount(1);
    const { rows } = await pool.query(
      `select j.schedule_id, j.requested_by, j.approved_by, p.code from bulk_job j join bulk_target t on t.job_id = j.id
         join meter_point p on p.id = t.point_id where j.schedule_id = $1 and j.id <> $2`,
      [id, jobId],
    );
    expect(rows).toEqual([
      { schedule_id: id, requested_by: 'user:linwei', approved_by: 'user:gaolei', code: 'P-E-7-604' },
    ]);
    await open(page, site, `/control/${jobId}`);
    await expect(page.getByTestId('retry-firing'), 'once').toHaveCount(0);
  } finally {
    // The campus is others' as well.
    await pool.query(
      `with gone as (delete from bulk_target where job_id in (select id from bulk_job where schedule_id = $1))
       update supply_state set reasons = '{}', observed = 'CLOSED' where reasons -> 'SCHEDULE' ->> 'by' = 'schedule:' || $1`,
      [id],
    );
    await pool.query('delete from bulk_job where schedule_id = $1', [id]);
    await pool.query('delete from switch_schedule where id = $1', [id]);
  }
});
