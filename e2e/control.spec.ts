import { expectAccessible, expectOneWayScroll } from './fixtures/looks';
import { be, expect, open, test } from './fixtures/pages';
import { storeCommand } from './fixtures/storedCommands';
import { storeEndedJob } from './fixtures/storedJobs';

const PROTECTED_POINT = 'P-E-7-617';

test('a floor is run dry, asked for with its number typed, and approved by another person than asked', async ({
  context,
  page,
  site,
}) => {
  const { rows } = await site.database.pool.query<{ floor: string }>(
    `select f.code as floor from space s join space f on f.id = any(s.path) and f.kind = 'FLOOR' where s.code = '7-412'`,
  );
  const { floor } = rows[0]!;
  await be(context, site, 'linwei');
  await open(page, site, `/control/new?${new URLSearchParams({ kind: 'SPACE', code: floor })}`);
  const counts = page.getByTestId('preview-counts');
  await expect(counts).toBeVisible();
  const number = async (name: string) => Number(await counts.getAttribute(`data-${name}`));
  const [selected, eligible, blocked, already] = await Promise.all(
    ['selected', 'eligible', 'blocked', 'already'].map(number),
  );
  expect(eligible! + blocked! + already!, 'eligible, blocked and already so are all that was selected').toBe(
    selected,
  );
  expect(eligible).toBeGreaterThan(10);
  await expect(page.getByTestId('second-person')).toHaveAttribute('data-needed', 'true');
  const ask = page.getByTestId('ask');
  await page.getByLabel('Reason').fill('Works in the riser');
  await expect(ask, 'not without the number').toBeDisabled();
  await page.getByLabel('Type the number of eligible points').fill(String(eligible! + 1));
  await expect(ask).toBeDisabled();
  await page.getByLabel('Type the number of eligible points').fill(String(eligible));
  await expectAccessible(page);
  await ask.click();

  const job = page.getByTestId('job');
  await expect(job).toHaveAttribute('data-state', 'pending_approval');
  await expect(page.getByTestId('approve'), 'nobody approves what they asked for').toHaveCount(0);
  const address = new URL(page.url()).pathname;
  const cells = page.getByTestId('cell-count');
  const total = async () => {
    let sum = 0;
    for (const cell of await cells.all()) sum += Number(await cell.getAttribute('data-n'));
    return sum;
  };
  expect(await total(), 'the counts sum to all').toBe(selected);
  await expect(page.getByTestId('cell')).toHaveCount(selected!);

  await be(context, site, 'gaolei');
  await open(page, site, '/control');
  await expect(page.getByRole('heading', { level: 1 }), 'what waits is not under way').toHaveText(
    'No bulk job under way, 1 waits for a second person',
  );
  await open(page, site, address);
  await expect(page.getByTestId('second-person-notice')).toContainText('林薇');
  const dryRun = page.getByTestId('job-dry-run');
  await expect(
    dryRun.locator('[data-figure="switched"] dd'),
    'whoever consents sees what they consent to',
  ).toHaveText(String(eligible));
  await expect(dryRun.locator('[data-figure="power"] dd')).toHaveText(/W$/);
  await expect(page.getByTestId('job-place')).not.toBeEmpty();
  await expectAccessible(page);
  await page.getByTestId('approve').click();
  await expect(job).toHaveAttribute('data-state', 'running');
  await expect(page.getByTestId('approver')).toContainText('高磊');
  // No server sends here: what waits for its turn is left as it is.
  await page.getByTestId('stop').click();
  await expect(job).toHaveAttribute('data-state', 'stopped');
  await expect(page.locator('[data-testid="cell-count"][data-state="cancelled"]')).toHaveAttribute(
    'data-n',
    String(eligible),
  );
  expect(await total()).toBe(selected);
  await expectAccessible(page);
  const csv = await page.request.get(`${site.url}${address}/csv`);
  expect(csv.headers()['content-type']).toContain('text/csv');
  const [heading, ...points] = (await csv.text()).trim().split('\r\n');
  expect(points).toHaveLength(selected!);
  expect(heading).toContain(',exported_by,exported_at,exported_scope');
  for (const point of points)
    expect(point, 'a row that is copied out still tells who took it').toMatch(/ \(\w+\),20\d\d-.*$/);

  await open(page, site, '/control');
  await expect(page.getByTestId('bulk-job').first()).toHaveAttribute('data-state', 'stopped');
  const { rows: sent } = await site.database.pool.query<{ n: number }>(
    "select count(*)::int as n from command where origin_id like 'bulk:%'",
  );
  expect(sent[0]!.n).toBe(0);
});

test('a job tells who consented and lists the points that failed before all others; each room names both people', async ({
  context,
  page,
  site,
}) => {
  const proven = ['QUEUED', 'SENT', 'ACCEPTED', 'EXECUTED', 'VERIFIED'] as const;
  const id = await storeEndedJob(site, [
    { point: 'P-E-7-501', state: 'CANCELLED', reason: 'STOPPED' },
    { point: 'P-E-7-502', state: 'BLOCKED', reason: 'LIFE_SAFETY' },
    { point: 'P-E-7-503', states: proven },
    { point: 'P-E-7-504', state: 'ALREADY', reason: 'NOTHING_TO_DO' },
    { point: 'P-E-7-505', states: ['QUEUED', 'SENT', 'FAILED'], resultCode: 'KEEP_POWER' },
    { point: 'P-E-7-506', states: proven },
    { point: 'P-E-7-507', states: ['QUEUED', 'SENT', 'FAILED_TIMEOUT'], resultCode: 'EXPIRE' },
  ]);
  await be(context, site, 'linwei');
  await open(page, site, `/control/${id}`);
  await expect(page.getByTestId('approver')).toContainText('高磊');
  const results = page.getByTestId('result');
  await expect(results).toHaveCount(5);
  const seen = await results.evaluateAll((rows) =>
    rows.map((row) => [row.dataset.point!.slice(-3), row.dataset.cell]),
  );
  expect(seen).toEqual([
    ['505', 'failed'],
    ['507', 'timeout'],
    ['502', 'blocked'],
    ['501', 'cancelled'],
    ['504', 'already'],
  ]);
  await expect(results.first()).toContainText('it is set to keep supply on');
  await expectAccessible(page);
  await page.getByTestId('restore-cut').click();
  await expect(page.getByTestId('preview-counts'), 'what was cut, or may yet be').toHaveAttribute(
    'data-selected',
    '4',
  );
  await expect(page.getByRole('radio', { name: 'Restore' })).toBeChecked();
  const asked = new URL(page.url()).searchParams;
  expect(asked.get('direction')).toBe('RESTORE');
  expect(asked.get('code')!.split(' ').sort()).toEqual(
    ['503', '505', '506', '507'].map((room) => `P-E-7-${room}`),
  );
  await be(context, site, 'hejun');
  await open(page, site, `/control/${id}`);
  await expect(page.getByTestId('restore-cut'), 'not for who may not restore').toHaveCount(0);
  await be(context, site, 'linwei');
  await open(page, site, '/control');
  const first = page.getByTestId('bulk-job').first();
  await expect(first).toHaveAttribute('data-failed', '2');
  await expect(first.getByRole('link')).toHaveAttribute('href', `/control/${id}`);
  await open(page, site, '/rooms/7-503');
  const entry = page.getByTestId('history').locator('[data-kind="command"]').first();
  await expect(entry).toContainText('林薇 (approved by 高磊)');
});

test('a maintainer hangs and takes the own tag on a phone, and has no way to a bulk job', async ({
  context,
  page,
  site,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await be(context, site, 'hejun');
  await open(page, site, '/rooms/7-318');
  await page.getByTestId('hang-tag').click();
  await page.getByLabel('What is worked on').fill('socket');
  await page.getByRole('button', { name: 'Hang tag', exact: true }).click();
  await expect(page.getByTestId('blocks')).toContainText('何军');
  await open(page, site, '/control');
  await expectOneWayScroll(page);
  await expect(page.getByTestId('tag').filter({ hasText: 'socket' })).toContainText('何军');
  await expect(page.getByRole('link', { name: 'New bulk job' })).toHaveCount(0);
  await page
    .getByTestId('tag')
    .filter({ hasText: 'socket' })
    .getByRole('button', { name: 'Take off' })
    .click();
  await expect(page.getByTestId('tag').filter({ hasText: 'socket' })).toHaveCount(0);
  await page.goto(`${site.url}/control/new`);
  await expect(page.getByTestId('bulk-form')).toHaveCount(0);
});

test('the protected list changes by two persons: one proposes, an administrator approves', async ({
  context,
  page,
  site,
}) => {
  const list = page.getByTestId('protected-list');
  const proposal = list.getByTestId('proposal').filter({ hasText: PROTECTED_POINT });
  await be(context, site, 'linwei');
  await open(page, site, '/control');
  await list.getByRole('button', { name: 'Propose a change' }).click();
  const dialog = page.getByTestId('propose-protection');
  await dialog.getByLabel('Meter point').fill(PROTECTED_POINT);
  await dialog.getByLabel('Who answers for it').fill('何军');
  await dialog.getByLabel('Phone').fill('021-5550-0142');
  await dialog.getByLabel('Reason').fill('Oxygen concentrator');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Propose' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(proposal).toHaveAttribute('data-state', 'pending');
  await expect(
    proposal.getByRole('button', { name: 'Approve' }),
    'nobody approves what they proposed',
  ).toHaveCount(0);
  const inForce = () =>
    site.database.pool
      .query<{ protection: string }>('select protection from meter_point where code = $1', [PROTECTED_POINT])
      .then(({ rows }) => rows[0]!.protection);
  expect(await inForce()).toBe('NONE');

  await be(context, site, 'guoning');
  await open(page, site, '/control');
  await proposal.getByRole('button', { name: 'Approve' }).click();
  await expect(proposal).toHaveAttribute('data-state', 'approved');
  expect(await inForce()).toBe('LIFE_SAFETY');
  const listed = list.getByRole('row').filter({ hasText: '何军' });
  await expect(listed).toContainText(PROTECTED_POINT);
  await expect(listed).toContainText('021-5550-0142');
});

test('each room that runs out within a day says which rule decides about its cut', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'linwei');
  await open(page, site, '/control');
  const rows = page.getByTestId('due-row');
  await expect(rows.first()).toBeVisible();
  for (const row of await rows.all()) {
    await expect(row).toHaveAttribute('data-rule', /^[a-z_]+$/);
    await expect(row.locator('td').nth(3)).toHaveText(/\S/);
  }
});

test('on a phone a long list of commands shows its newest five until asked, and on a desk all', async ({
  context,
  page,
  site,
}) => {
  for (let room = 301; room <= 307; room++)
    await storeCommand(site, { point: `P-E-7-${room}`, op: 'read', states: ['QUEUED', 'CANCELLED'] });
  await be(context, site, 'sunli');
  await open(page, site, '/control');
  const shown = page.getByTestId('command').filter({ visible: true });
  const all = await page.getByTestId('command').count();
  expect(all).toBeGreaterThanOrEqual(7);
  await expect(shown).toHaveCount(all);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(shown).toHaveCount(5);
  await expectOneWayScroll(page);
  await page.getByTestId('commands').getByTestId('show-all').click();
  await expect(shown).toHaveCount(all);
  await page.getByTestId('commands').getByTestId('show-all').click();
  await expect(shown).toHaveCount(5);
});
