import { expectAccessible, expectOneWayScroll } from './fixtures/looks';
import { be, expect, open, test } from './fixtures/pages';

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
  await page.getByLabel('Code of the place').fill('NOWHERE');
  await page.getByTestId('dry-run').click();
  await expect(page.getByLabel('Code of the place')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Code of the place').fill(rows[0]!.floor);
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
  await open(page, site, '/control');
  await row.getByTestId('schedule-approve').click();
  await expect(row).toHaveAttribute('data-state', 'active');
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
