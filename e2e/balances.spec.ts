import { expectAccessible, expectOneWayScroll, expectQuiet, looksOf } from './fixtures/looks';
import { be, expect, open, type Site, test } from './fixtures/pages';

/** A room of a building whose forecast lies between two numbers of hours, straight from the database. */
async function roomBetween(
  site: Site,
  from: number,
  to: number,
): Promise<{ space: string; building: string }> {
  const { rows } = await site.database.pool.query<{ space: string; building: string }>(
    `select s.code as space, b.code as building
       from time_left t join account a on a.id = t.account_id join space s on s.id = a.space_id
       join space b on b.id = any(s.path) and b.kind = 'BUILDING'
       join account_point ap on ap.account_id = a.id join supply_state ss on ss.point_id = ap.point_id
       join meter_install i on i.point_id = ap.point_id join meter_state m on m.meter_id = i.meter_id
      where t.hours >= $1 and t.hours < $2 and ss.observed = 'CLOSED' and m.last_rx_ms > $3
      order by s.code limit 1`,
    [from, to, site.nowMs - 60_000],
  );
  return rows[0]!;
}

test('a room with nine hours shows hours and never money, and its cell says so aloud', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'zhouqiang');
  const { space, building } = await roomBetween(site, 6, 24);
  await open(page, site, `/balances?building=${building}`);
  const cell = page.getByTestId('room-grid').locator(`[data-space="${space}"]`);
  await expect(cell).toHaveText(/^\d{1,2}h$/);
  const hours = Number.parseInt((await cell.textContent())!, 10);
  await expect(cell).toHaveAccessibleName(new RegExp(`^(Room|Flat|Shop) .+, ${hours} hours? left$`));
  await cell.click();
  await expect(page.getByTestId('room-panel')).toContainText('Amounts are shown to finance.');
  expect(await page.locator('main').textContent()).not.toMatch(/[¥￥]/);
});

test('a building’s value is the share of its rooms under 24 h', async ({ context, page, site }) => {
  await be(context, site, 'linwei');
  await open(page, site, '/balances');
  const { rows } = await site.database.pool.query<{ building: string; share: number }>(
    `select b.code as building,
            count(*) filter (where t.hours < 24 and ss.observed = 'CLOSED' and m.last_rx_ms > $1)::float8 / count(*) as share
       from account a join space s on s.id = a.space_id
       join space b on b.id = any(s.path) and b.kind = 'BUILDING'
       join account_point ap on ap.account_id = a.id
       join meter_point p on p.id = ap.point_id and p.utility = 'ELECTRICITY'
       join supply_state ss on ss.point_id = p.id
       join meter_install i on i.point_id = p.id join meter_state m on m.meter_id = i.meter_id
       left join time_left t on t.account_id = a.id
      where a.kind = 'ROOM' group by 1`,
    [site.nowMs - 900_000],
  );
  const shown = page.getByTestId('matrix-row');
  await expect(shown).toHaveCount(rows.length);
  const order: number[] = [];
  for (const row of await shown.all()) {
    const code = await row.getAttribute('data-building');
    const share = rows.find(({ building }) => building === code)!.share;
    expect(Number(await row.getAttribute('data-share')), code!).toBeCloseTo(share, 4);
    const [, rooms, percent, , , , , h24, h6] = await row.locator('th, td').allTextContents();
    expect((Number(h24) + Number(h6)) / Number(rooms)).toBeCloseTo(share, 6);
    expect(Number.parseFloat(percent!)).toBeCloseTo(share * 100, share < 0.1 ? 1 : 0);
    order.push(share);
  }
  expect(order).toEqual([...order].sort((left, right) => right - left));
});

test('a room with three days of data says learning; cut and silent rooms look like neither', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'linwei');
  const { rows } = await site.database.pool.query<{ space: string; building: string }>(
    `select s.code as space, b.code as building from time_left t join account a on a.id = t.account_id
       join space s on s.id = a.space_id join space b on b.id = any(s.path) and b.kind = 'BUILDING'
      where t.hours is null order by s.code limit 1`,
  );
  await open(page, site, `/balances?building=${rows[0]!.building}`);
  const cell = page.getByTestId('room-grid').locator(`[data-space="${rows[0]!.space}"]`);
  await expect(cell).toHaveText('learn');
  await expect(cell).toHaveAccessibleName(/learning, 3 days of data$/);
  const { rows: marked } = await site.database.pool.query<{ building: string }>(
    `select b.code as building from supply_state ss join meter_point p on p.id = ss.point_id
       join space s on s.id = p.space_id join space b on b.id = any(s.path) and b.kind = 'BUILDING'
      where ss.observed = 'OPEN' limit 1`,
  );
  await open(page, site, `/balances?building=${marked[0]!.building}`);
  const cut = page.locator('[role="gridcell"][data-band="cut"]').first();
  await expect(cut.locator('svg')).toBeVisible();
  await expect(cut).toHaveText('');
  await expect(cut).toHaveAccessibleName(/, cut$/);
});

test('arrows move along corridors and floors, Enter opens, and the address opens the same view', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'linwei');
  await open(page, site, '/balances?building=D7');
  const grid = page.getByRole('grid', { name: /Dorm 7/ });
  await expect(grid.locator('[role="gridcell"][tabindex="0"]')).toHaveCount(1);
  await grid.locator('[data-space="7-601"]').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await expect(grid.locator('[data-space="7-502"]')).toBeFocused();
  await page.keyboard.press('End');
  await expect(grid.locator('[data-space="7-520"]')).toBeFocused();
  await expect(grid.locator('[role="gridcell"][tabindex="0"]')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('room-panel')).toContainText('7-520');
  await expect(page.getByTestId('room-panel')).toContainText('Policy');
  await expect(page.getByTestId('room-panel')).not.toContainText(/[\u4e00-\u9fff]/);
  await expect(page).toHaveURL(/building=D7.*room=7-520/);
  await page.reload();
  await expect(page.getByTestId('room-panel')).toContainText('7-520');
  await page.getByRole('button', { name: 'Close room' }).click();
  await expect(page.getByTestId('room-panel')).toHaveCount(0);
  await page.goBack();
  await expect(page.getByTestId('room-panel')).toBeVisible();
});

test('the list holds the same rooms as the grid, and a marked band is marked in both', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'linwei');
  await open(page, site, '/balances?building=D7');
  const cells = page.locator('[role="gridcell"]');
  const bands = (list: (string | null)[][]) => list.map((pair) => pair.join(' ')).sort();
  const read = (locator: typeof cells) =>
    locator.evaluateAll((all) =>
      all.map((one) => [one.getAttribute('data-space'), one.getAttribute('data-band')]),
    );
  await expect(cells).toHaveCount(120);
  const grid = bands(await read(cells));
  await page.getByRole('radio', { name: 'List' }).click();
  const rows = page.getByTestId('building-rooms').locator('tr[data-space]');
  await expect(rows).toHaveCount(120);
  expect(bands(await read(rows))).toEqual(grid);
  await page.getByTestId('band-h24_to_72').click();
  await expect(page).toHaveURL(/band=H24_TO_72/);
  const expected = grid.filter((one) => one.endsWith(' h24_to_72')).length;
  expect(expected).toBeGreaterThan(0);
  await expect(rows).toHaveCount(expected);
  await expect(page.getByTestId('band-legend')).toContainText(`24–72 h ${expected}`);
});

test('rooms that are due name the rule that stands before a cut, and the headline counts those that are cut', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'linwei');
  await open(page, site, '/balances');
  const rows = page.getByTestId('due-row');
  await expect(rows).toHaveCount(6);
  const barred = page.locator('[data-testid="due-row"][data-rule="no_cut_period"]').first();
  await expect(barred).toContainText('13 Nov 08:00');
  await expect(barred).toContainText('No-cut period at night');
  await page.getByRole('button', { name: /Show all/ }).click();
  expect(await rows.count()).toBeGreaterThan(6);
  const cut = await page.locator('[data-testid="due-row"][data-cut="true"]').count();
  await expect(page.getByTestId('headline')).toHaveText(
    new RegExp(`^${cut} of [\\d,]+ rooms will be cut within 24`),
  );
  await expect(page.getByTestId('due-list')).toContainText(`Will be cut in the next 24 h: ${cut} rooms`);
  for (const cell of await rows.locator('td').all())
    expect(
      await cell.evaluate((one) => one.scrollWidth <= one.clientWidth),
      (await cell.textContent())!,
    ).toBe(true);
});

test('money is shown to finance alone, other buildings to no warden, and no band to an auditor', async ({
  browser,
  site,
}) => {
  const as = async (person: string, path: string) => {
    const context = await browser.newContext();
    await be(context, site, person);
    const page = await context.newPage();
    await page.goto(site.url + path);
    return page;
  };
  const finance = await as('zhaomin', '/balances?building=D7&room=7-412');
  await expect(finance.getByTestId('room-money')).toHaveText(/^¥\d+\.\d{2}$/);
  const warden = await as('sunli', '/balances?building=D8');
  await expect(warden.getByTestId('matrix-row')).toHaveCount(1);
  await expect(warden.getByTestId('matrix-row')).toHaveAttribute('data-building', 'D7');
  const auditor = await as('xuwen', '/balances');
  await expect(auditor.getByRole('heading', { level: 1 })).toHaveText('Your role does not see this page');
  await expect(auditor.locator('main').first()).toContainText('energy manager');
  for (const page of [finance, warden, auditor]) await page.context().close();
});

test('a browser in New York shows campus time', async ({ browser, site }) => {
  const context = await browser.newContext({ timezoneId: 'America/New_York', locale: 'en-US' });
  await be(context, site, 'linwei');
  const page = await context.newPage();
  await open(page, site, '/balances');
  await expect(page.getByText('Forecast of 21:00')).toBeVisible();
  await expect(page.getByTestId('due-row').first()).toContainText(/min2[12]:\d\d/);
  await context.close();
});

for (const [lang, theme] of looksOf(1))
  test(`${lang}, ${theme}: accessible, quiet, and one way to scroll on a phone`, async ({
    context,
    page,
    site,
  }) => {
    await be(context, site, 'linwei', { lang, theme });
    await page.setViewportSize({ width: 1440, height: 900 });
    await open(page, site, '/balances?building=D7&room=7-412');
    await expect(page.getByTestId('room-panel').locator('dl')).toBeVisible();
    await expectAccessible(page);
    await expectQuiet(page);
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 844 });
      await expectOneWayScroll(page);
    }
    await expect(page.getByTestId('alarm-bar')).toBeInViewport();
  });
