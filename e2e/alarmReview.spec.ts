import type { Page } from '@playwright/test';
import { withTransaction } from '../db/client';
import { FixedClock } from '../domain/time/clock';
import { applyAlarmSignal } from '../engine/applyAlarmEvent';
import { silentLog } from '../engine/context';
import { sweepAlarms } from '../engine/sweepAlarms';
import { expectAccessible, expectOneWayScroll, looksOf } from './fixtures/looks';
import { be, expect, open, type Site, startPageServer, test } from './fixtures/pages';
import { signalAlarm } from './fixtures/storedAlarms';

const HOUR_MS = 3_600_000;

const shelve = (page: Page, site: Site, id: string) =>
  page.request.post(`${site.url}/api/trpc/alarms.shelve`, {
    headers: { origin: site.url },
    data: { json: { id: Number(id), forMs: HOUR_MS, reason: 'WORKS' } },
  });

test('a shelved alarm says who, why and until when; unshelved it is announced again', async ({
  context,
  page,
  site,
}) => {
  const id = await signalAlarm(site, { rule: 'OVERLOAD', watts: [1_240, 800], at: 'P-E-7-412' });
  await be(context, site, 'zhouqiang');
  await open(page, site, '/alarms');
  await expect(page.locator(`[data-testid="alarm-row"][data-alarm="${id}"]`)).toBeVisible();
  expect((await shelve(page, site, id)).ok()).toBe(true);
  await page.getByTestId('alarm-bar').getByRole('link', { name: 'Shelved 1' }).click();
  await expect(page).toHaveURL(/\/alarms\/review\?tab=shelved/);
  const row = page.locator(`[data-testid="shelved-row"][data-alarm="${id}"]`);
  await expect(row).toContainText('7-412');
  for (const words of ['周强', 'Works', '22:04']) await expect(row).toContainText(words);
  await row.getByTestId('unshelve').click();
  await expect(row).toHaveCount(0);
  await page.getByTestId('tab-journal').click();
  const line = page.getByTestId('journal-line').first();
  await expect(line).toHaveAttribute('data-event', 'UNSHELVE');
  await expect(line).toHaveAttribute('data-announced', 'true');
  await open(page, site, '/alarms');
  await expect(page.locator(`[data-testid="alarm-row"][data-alarm="${id}"]`)).toHaveAttribute(
    'data-state',
    'unacked',
  );
});

test('the verdict that a forbidden load was none leads to the proposal of its band in that room, which waits for an admin', async ({
  context,
  page,
  site,
}) => {
  const id = await signalAlarm(site, { rule: 'FORBIDDEN_LOAD', watts: [1_150, 800], at: 'P-E-7-415' });
  await be(context, site, 'linwei');
  await open(page, site, `/alarms/${id}`);
  await page.getByTestId('judge-true').click();
  const judge = page.getByTestId('judge-dialog');
  await expect(judge.getByTestId('allow-band'), 'a load that was one is allowed nowhere').toHaveCount(0);
  await page.keyboard.press('Escape');
  await page.getByTestId('judge-false').click();
  await judge.getByLabel('Why').fill('the lamp was shown');
  await expect(judge).toContainText('Then propose to allow 1030 to 1270 W in 7-415');
  await judge.getByTestId('allow-band').check();
  await expectAccessible(page);
  await judge.getByRole('button', { name: 'Judge' }).click();
  await expect(page).toHaveURL(new RegExp(`/admin/rules\\?rule=FORBIDDEN_LOAD&alarm=${id}$`));
  const proposal = page.getByTestId('propose-rule-dialog');
  await expect(proposal.getByLabel('Place')).toHaveValue('7-415');
  await expect(proposal.getByLabel('Place')).toHaveAttribute('readonly', '');
  await expect(proposal.getByLabel('Allowed bands, W')).toHaveValue('420-480,1030-1270');
  const propose = proposal.getByRole('button', { name: 'Propose', exact: true });
  await expect(propose, 'not without a reason').toBeDisabled();
  await proposal.getByLabel('Reason', { exact: true }).fill('a lamp that is fine');
  await expectAccessible(page);
  await propose.click();
  await expect(proposal).toHaveCount(0);
  const own = page.getByTestId('rule-proposal').filter({ hasText: '7-415' });
  await expect(own).toHaveAttribute('data-state', 'pending');
  await expect(own).toContainText('a lamp that is fine');
  await expect(own.locator('[data-change="allowedBandsW"]')).toContainText('1030-1270');
  await expect(
    own.getByRole('button', { name: 'Publish' }),
    'nobody publishes what they proposed',
  ).toHaveCount(0);
});

test('a shelf that is over brings its alarm back by the clock of the campus, and it is announced again', async ({
  browser,
  site,
}) => {
  test.setTimeout(120_000);
  const server = await startPageServer({ databaseUrl: site.database.url, nowMs: site.nowMs });
  try {
    const place = { ...site, url: server.url };
    const id = await signalAlarm(place, { rule: 'OVERLOAD', watts: [1_240, 800], at: 'P-E-7-412' });
    const context = await browser.newContext();
    await be(context, place, 'zhouqiang');
    const page = await context.newPage();
    await open(page, place, `/alarms/${id}`);
    const row = page.locator(`[data-testid="alarm-row"][data-alarm="${id}"]`);
    await page.getByTestId('shelve').click();
    const dialog = page.getByTestId('shelve-dialog');
    await dialog.getByLabel('Works').click();
    await dialog.getByRole('button', { name: 'Shelve until 21:19' }).click();
    await expect(dialog).toHaveCount(0);
    await page.getByTestId('chip-shelved').click();
    await expect(row).toContainText('until 21:19');
    await expect(page.getByTestId('alarm-bar')).toContainText('Shelved 1');
    await open(page, place, '/alarms');
    await expect(row).toHaveCount(0);

    const overMs = place.nowMs + 15 * 60_000;
    server.setClock(overMs - 60_000);
    await expect(page.getByTestId('alarm-bar')).toContainText('21:18');
    await expect(row).toHaveCount(0);
    server.setClock(overMs);
    await expect(row).toHaveAttribute('data-state', 'unacked', { timeout: 45_000 });
    const { swept } = await sweepAlarms(place.database, { clock: new FixedClock(overMs), log: silentLog });
    expect(swept).toBeGreaterThan(0);
    await expect(page.getByTestId('alarm-bar')).not.toContainText('Shelved 1');
    await row.click();
    await expect(page.getByTestId('timeline').locator('[data-event="SHELVE_EXPIRED"]')).toContainText(
      'Shelving is over',
    );
    await context.close();
  } finally {
    await server.stop();
  }
});

test('a gateway that is down names the alarms that it covers', async ({ context, page, site }) => {
  const { rows } = await site.database.pool.query<{
    gatewayId: number;
    gateway: string;
    meterId: number;
    spaceId: number;
  }>(
    `select g.id as "gatewayId", g.code as gateway, m.id as "meterId", p.space_id as "spaceId" from meter m
       join gateway g on g.id = m.gateway_id join meter_install i on i.meter_id = m.id
       join meter_point p on p.id = i.point_id where m.code = 'E-7-412'`,
  );
  const { gatewayId, gateway, meterId, spaceId } = rows[0]!;
  const common = { campusId: site.campusId, spaceId };
  const child = await withTransaction(site.database, async (tx) => {
    await applyAlarmSignal(tx, site.nowMs, {
      rule: 'GATEWAY_OFFLINE',
      subject: { ...common, type: 'GATEWAY', id: gatewayId },
      kind: 'RAISE',
      atMs: site.nowMs,
      evidence: { meters: 120 },
    });
    return applyAlarmSignal(tx, site.nowMs, {
      rule: 'METER_OFFLINE',
      subject: { ...common, type: 'METER', id: meterId },
      kind: 'RAISE',
      atMs: site.nowMs,
      suppressedBy: `gateway:${gateway}`,
    });
  });
  await be(context, site, 'linwei');
  await open(page, site, '/alarms/review?tab=suppressed');
  const group = page.locator(`[data-testid="suppressed-group"][data-by="gateway:${gateway}"]`);
  await expect(group).toContainText('Gateway down');
  await expect(group).toContainText('120 meters report');
  await expect(group.locator(`[data-alarm="${child}"]`)).toContainText('7-412');
});

test('an alarm of a gateway leads to the gateway and its meters, and to no meter of its own', async ({
  context,
  page,
  site,
}) => {
  const { rows } = await site.database.pool.query<{ id: number; code: string; spaceId: number }>(
    'select id, code, space_id as "spaceId" from gateway order by id limit 1',
  );
  const { id, code, spaceId } = rows[0]!;
  const alarm = await withTransaction(site.database, (tx) =>
    applyAlarmSignal(tx, site.nowMs, {
      rule: 'DEVICE_CHECK_FAILED',
      subject: { campusId: site.campusId, type: 'GATEWAY', id, spaceId },
      kind: 'RAISE',
      atMs: site.nowMs,
      evidence: { gateway: code, checks: 'CLOCK', findings: '' },
    }),
  );
  for (const [lang, words] of [
    ['en', `Gateway ${code} and its meters`],
    ['zh-CN', `网关 ${code} 及所辖表计`],
  ] as const) {
    await be(context, site, 'linwei', { lang });
    await open(page, site, `/alarms/${alarm}`);
    const way = page.getByTestId('gateway-link');
    await expect(way).toHaveText(words);
    await expect(page.getByTestId('meter-link')).toHaveCount(0);
    await way.click();
    await expect(page).toHaveURL(`${site.url}/admin/meters?gateway=${code}`);
  }
});

/** Every line that the page shows under this filter, older pages too. */
async function linesOf(page: Page): Promise<{ id: string; priority: string; announced: boolean }[]> {
  const lines = page.getByTestId('journal-line');
  await expect(lines.first()).toBeVisible();
  const older = page.getByRole('button', { name: 'Older' });
  while ((await older.count()) > 0) {
    const before = await lines.count();
    await older.click();
    await expect.poll(() => lines.count()).toBeGreaterThan(before);
  }
  return lines.evaluateAll((all) =>
    all.map((one) => ({
      id: one.getAttribute('data-line')!,
      priority: one.querySelector('a')!.textContent!.slice(0, 2),
      announced: one.getAttribute('data-announced') === 'true',
    })),
  );
}

test('a flood: rate and mix are what a hand counts in the journal, and the file holds the same lines', async ({
  context,
  page,
  site,
}) => {
  await signalAlarm(site, { rule: 'FEEDER_OVERLOAD', at: 'D7-2', watts: [41_000, 32_000] });
  for (let room = 401; room <= 412; room++)
    await signalAlarm(site, { rule: 'METER_OFFLINE', at: `E-7-${room}` });
  for (const room of ['413', '414']) await signalAlarm(site, { rule: 'OVERLOAD', at: `P-E-7-${room}` });
  await be(context, site, 'linwei');
  await open(page, site, '/alarms/review?tab=journal&span=SHIFT');
  const lines = await linesOf(page);
  const told = lines.filter(({ announced }) => announced);
  const file = await (await page.request.get(`${site.url}/alarms/review/csv?span=SHIFT`)).text();
  const filed = file.trim().split('\r\n').slice(1);
  expect(filed.map((line) => line.split(',')[0])).toEqual(lines.map(({ id }) => id));

  await page.getByTestId('tab-performance').click();
  const value = async (key: string) =>
    Number(await page.locator(`[data-testid="measure"][data-key="${key}"]`).getAttribute('data-value'));
  await expect(page.getByTestId('measure')).toHaveCount(13);
  const count = (priority: string) => told.filter((line) => line.priority === priority).length;
  const mixed = count('P1') + count('P2') + count('P3');
  expect(await value('RATE')).toBeCloseTo(told.length / 48);
  expect(await value('MIX_P3')).toBeCloseTo(count('P3') / mixed);
  expect(await value('MIX_P2')).toBeCloseTo(count('P2') / mixed);
  expect(await value('MIX_P1')).toBeCloseTo(count('P1') / mixed);
  await expect(page.locator('[data-key="PEAK"]')).toHaveAttribute('data-verdict', 'OVER');
  await page.getByTestId('tab-badActors').click();
  await expect(page.getByTestId('bad-actor')).toHaveCount(10);
});

test('settings of a rule: a preview before, a readable difference, and a second person who publishes', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'linwei');
  await open(page, site, '/admin/rules');
  const panel = page.getByTestId('rule-panel');
  const rules = page.getByTestId('rule');
  await expect(rules.and(page.locator('[data-rule="CUT_NOT_PROVEN"]'))).toContainText('P1 or P2');
  await rules.last().getByRole('button').click();
  await expect(panel.getByRole('heading').first(), 'what was pressed is in view').toBeInViewport();
  await rules.and(page.locator('[data-rule="OVERLOAD"]')).getByRole('button').click();
  await expect(panel).toContainText('act within 30 min');
  const row = (key: string) => panel.locator(`[data-testid="rule-setting"][data-setting="${key}"]`);
  await expect(row('onDelayMs')).toHaveText(/On-delay\s*10\ss\s*1\ss to 7\sd\s*default/);
  await expect(row('limitW')).toContainText("the point's own load limit");
  await rules.and(page.locator('[data-rule="LEAKAGE"]')).getByRole('button').click();
  await expect(row('limitA'), 'a current to earth in mA').toHaveText(
    /Limit\s*30\smA\s*5 to 1,000\smA\s*default/,
  );
  await rules.and(page.locator('[data-rule="OVERLOAD"]')).getByRole('button').click();
  await panel.getByTestId('propose-rule').click();
  const dialog = page.getByTestId('propose-rule-dialog');
  const place = dialog.getByRole('combobox', { name: 'Place' });
  await place.fill('412');
  const hits = dialog.getByRole('listbox', { name: 'Place' }).getByRole('option');
  await expect(hits.first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(hits, 'Esc closes the list and leaves the form').toHaveCount(0);
  await place.fill('Dorm 7 412');
  await hits.filter({ hasText: '7-412' }).click();
  await expect(place).toHaveValue('7-412');
  await expect(dialog.getByTestId('chosen-place')).toContainText('Dorm 7');
  await expect(dialog.getByLabel('On-delay')).toHaveAttribute('placeholder', /10\ss \(default\)/);
  await expect(dialog).toContainText(/in seconds, 1\ss to 7\sd/);
  await dialog.getByLabel('Limit').fill('1200');
  await dialog.getByTestId('preview-rule').click();
  const preview = dialog.getByTestId('rule-preview');
  await expect(preview).toContainText('raised there in 30 days');
  // Either numbers over the same readings, or in words why there are none.
  await expect(preview).toContainText(/as it is set now, \d+ as proposed|can't be told/);
  await expect(dialog.getByRole('button', { name: 'Propose' })).toBeDisabled();
  await dialog.getByLabel('Reason').fill('new wiring');
  await expect(dialog.getByRole('button', { name: 'Propose' })).toBeEnabled();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Propose' }).click();
  await expect(dialog).toHaveCount(0);
  const proposal = panel.getByTestId('rule-proposal');
  await expect(proposal).toContainText(/Limit: default → 1,200\sW/);
  await expect(proposal.getByRole('button', { name: 'Publish' })).toHaveCount(0);

  await be(context, site, 'guoning');
  await open(page, site, '/admin/rules?rule=OVERLOAD');
  await proposal.getByRole('button', { name: 'Publish' }).click();
  await expect(proposal).toHaveAttribute('data-state', 'approved');
  const inForce = panel.locator('[data-testid="setting-place"][data-space="7-412"]');
  await expect(inForce.locator('[data-setting="limitW"]')).toContainText(/1,200\sW/);
  await expect(inForce.locator('[data-change="limitW"]')).toContainText(/Limit: default → 1,200\sW/);
  await expect(inForce.locator('[data-setting="onDelayMs"]')).toContainText(/10\ss \(default\)/);
  await expect(inForce.getByTestId('set-by')).toContainText(/set by .+/);
  await expect(panel.getByTestId('propose-rule'), 'an admin publishes and proposes nothing').toHaveCount(0);
  await expect(panel.getByTestId('rules-read-only')).toHaveText(
    'Changes are proposed by: energy manager; you publish or reject them.',
  );

  await be(context, site, 'sunli');
  await open(page, site, '/admin/rules?rule=OVERLOAD');
  await expect(inForce.locator('[data-setting="limitW"]')).toContainText(/1,200\sW/);
  await expect(panel.getByTestId('propose-rule')).toHaveCount(0);
  await expect(panel.getByTestId('rules-read-only')).toHaveText(
    'You see this read-only. Changes are proposed by: energy manager; published by: admin.',
  );
});

test('a rule whose alarm says nothing of what to do is not published, and the panel says so', async ({
  context,
  page,
  site,
}) => {
  const { pool } = site.database;
  const { rows } = await pool.query<{ id: number }>(
    `insert into rule_proposal (campus_id, rule, space_id, state, seen_version, body, reason, proposer_id, proposed_by, proposed_ms)
     select $1, 'OVERLOAD', s.id, 'PENDING', 0, '{"limitW": 1100}', 'new wiring', u.id, 'user:linwei', $2
       from space s, app_user u where s.code = any('{7-413,7-414}') and u.code = 'linwei' order by s.code returning id`,
    [site.campusId, site.nowMs],
  );
  const { id } = rows[0]!;
  for (const [lang, publish, words] of [
    ['en', 'Publish', 'The alarm lacks a response or a time to act'],
    ['zh-CN', '发布', '告警缺少处置说明或处置时限'],
  ] as const) {
    await be(context, site, 'guoning', { lang });
    await pool.query("update rule_proposal set rule = 'OVERLOAD' where id = $1", [id]);
    await open(page, site, '/admin/rules?rule=OVERLOAD');
    const proposal = page.getByTestId('rule-proposal').filter({ hasText: '7-413' });
    await expect(proposal).toHaveAttribute('data-state', 'pending');
    // Of a rule that this version does not know it knows no response either.
    await pool.query("update rule_proposal set rule = 'RULE_WITHOUT_WORDS' where id = $1", [id]);
    await proposal.getByRole('button', { name: publish }).click();
    await expect(page.getByTestId('rule-proposals').getByRole('alert')).toHaveText(words);
    const stored = await pool.query<{ state: string; versions: number }>(
      `select state, (select count(*)::int from rule_setting r where r.rule = 'RULE_WITHOUT_WORDS') as versions
         from rule_proposal where id = $1`,
      [id],
    );
    expect(stored.rows).toEqual([{ state: 'PENDING', versions: 0 }]);
  }
  await pool.query('delete from rule_proposal where id = any($1)', [rows.map((row) => row.id)]);
});

for (const [lang, theme] of looksOf(0))
  test(`${lang}, ${theme}: review and roster are accessible and scroll one way on a phone; an empty roster warns`, async ({
    context,
    page,
    site,
  }) => {
    const id = await signalAlarm(site, { rule: 'OVERLOAD', watts: [1_240, 800], at: 'P-E-7-412' });
    await be(context, site, 'linwei', { lang, theme });
    expect((await shelve(page, site, id)).ok()).toBe(true);
    for (const [path, part] of [
      ['/alarms/review?tab=shelved', 'shelved-row'],
      ['/alarms/review?tab=performance', 'performance'],
      ['/alarms/review?tab=journal', 'journal-line'],
      ['/admin/rules?rule=FORBIDDEN_LOAD', 'rule-panel'],
      ['/admin/people', 'roster-empty'],
    ] as const) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await open(page, site, path);
      await expect(page.getByTestId(part).first()).toBeVisible();
      await expectAccessible(page);
      await page.setViewportSize({ width: 360, height: 800 });
      await expectOneWayScroll(page);
    }
  });
