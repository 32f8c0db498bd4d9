import { hashSync } from 'bcryptjs';
import { expectAccessible } from './fixtures/looks';
import { be, expect, open, type Site, test } from './fixtures/pages';
import { readMeter } from './fixtures/storedUse';

const HELD_ROOM = '7-208';
const REJECTED_ROOM = '7-209';
const PASSWORD = 'somebody else of finance';

/** What a room's charges come to. */
async function spentIn(site: Site, room: string): Promise<number> {
  const { rows } = await site.database.pool.query<{ micro: string }>(
    `select coalesce(sum(c.amount_micro), 0)::text as micro from charge c join account a on a.id = c.account_id
      where a.code = $1 and c.superseded_by is null`,
    [`A-${room}`],
  );
  return Number(rows[0]!.micro) / 1e6;
}

/** A day of steady use, charged; then less than two hours later no more than a meter of a room can count, which is held. */
async function holdCharge(site: Site, room: string): Promise<number> {
  const quarters = Array.from({ length: 77 }, (_, at): [string, string] => [
    `${String(at >> 2).padStart(2, '0')}:${String((at % 4) * 15).padStart(2, '0')}`,
    (100 + at * 0.05).toFixed(3),
  ]);
  await readMeter(site, room, quarters);
  const before = await spentIn(site, room);
  await readMeter(site, room, [['20:45', '115.800']]);
  expect(await spentIn(site, room), 'nothing of it is taken').toBe(before);
  return before;
}

test('a held charge takes nothing until finance releases it with what was found, and finance can cut nothing', async ({
  context,
  page,
  site,
}) => {
  const before = await holdCharge(site, HELD_ROOM);
  await be(context, site, 'zhaomin');
  await open(page, site, '/alarms');
  const row = page
    .locator('[data-testid="alarm-row"][data-rule="BALANCE_ANOMALY"]')
    .filter({ hasText: HELD_ROOM });
  await expect(row).toHaveAttribute('data-pri', '1');
  await row.click();
  const pane = page.getByTestId('alarm-pane');
  await pane.getByTestId('release-charge').click();
  const dialog = page.getByTestId('release-charge-dialog');
  const release = dialog.getByRole('button', { name: 'Release and charge' });
  await expect(release, 'not without what was found').toBeDisabled();
  await dialog.getByLabel('What was found').fill('An event in the room, the price is right');
  await expectAccessible(page);
  await release.click();
  await expect(dialog).toHaveCount(0);
  await expect(row).toHaveAttribute('data-state', 'returned');
  await expect(pane.getByTestId('release-charge')).toHaveCount(0);
  await expect(pane.getByTestId('timeline').locator('[data-event="RETURN"]')).toContainText(
    'Released by 赵敏: An event in the room, the price is right',
  );
  expect((await spentIn(site, HELD_ROOM)) - before, '12 kWh').toBeGreaterThan(5);
  for (const path of ['/alarms', `/rooms/${HELD_ROOM}`]) {
    await open(page, site, path);
    for (const control of ['cut', 'restore', 'read-now'])
      await expect(page.getByTestId(control)).toHaveCount(0);
  }
});

test('a held charge is rejected with a reason, above 500.00 a day at a point by two people of finance, and is never charged', async ({
  context,
  page,
  site,
}) => {
  const { pool } = site.database;
  await pool.query("update app_user set password_hash = $1 where code in ('qianfeng', 'linwei')", [
    hashSync(PASSWORD, 4),
  ]);
  // As if one person had given away nearly all that one may alone.
  await pool.query(
    `insert into charge_rejection (meter_id, epoch, point_id, from_ms, to_ms, from_micro, to_micro, quantity_micro, worth_micro,
       reason, actor, at_ms)
     select i.meter_id, 900, p.id, $1::bigint - 2, $1::bigint - 1, 0, 1, 1, 499000000, 'earlier', 'user:zhaomin', $1::bigint
       from meter_point p join meter_install i on i.point_id = p.id where p.code = $2`,
    [site.nowMs - 3_600_000, `P-E-${REJECTED_ROOM}`],
  );
  const before = await holdCharge(site, REJECTED_ROOM);
  await be(context, site, 'zhaomin');
  await open(page, site, '/alarms');
  const row = page
    .locator('[data-testid="alarm-row"][data-rule="BALANCE_ANOMALY"]')
    .filter({ hasText: REJECTED_ROOM });
  await row.click();
  const pane = page.getByTestId('alarm-pane');
  await pane.getByTestId('release-charge').click();
  const dialog = page.getByTestId('release-charge-dialog');
  await dialog.getByLabel('Never charge it: the use is not real').check();
  const reject = dialog.getByRole('button', { name: 'Reject, never charge' });
  await expect(reject, 'not without what was found').toBeDisabled();
  await dialog.getByLabel('What was found').fill('The register jumped, the seal was whole');
  await reject.click();
  const second = dialog.getByTestId('second-person');
  await expect(second).toContainText('a second person must consent');
  await expect(reject, 'not without the second').toBeDisabled();
  await expectAccessible(page);
  for (const [name, refusal] of [
    ['linwei', 'The second person’s role may not consent to this'],
    ['qianfeng', null],
  ] as const) {
    await second.getByRole('textbox').first().fill(name);
    await second.locator('input[type=password]').fill(PASSWORD);
    await reject.click();
    if (refusal !== null) await expect(dialog).toContainText(refusal);
  }
  await expect(dialog).toHaveCount(0);
  await expect(row).toHaveAttribute('data-state', 'returned');
  await expect(pane.getByTestId('timeline').locator('[data-event="RETURN"]')).toContainText(
    'Rejected by 赵敏, never charged: The register jumped, the seal was whole',
  );
  expect(await spentIn(site, REJECTED_ROOM)).toBe(before);
  const { rows } = await pool.query(
    `select actor, approver from charge_rejection r join meter_point p on p.id = r.point_id where p.code = $1 and epoch <> 900`,
    [`P-E-${REJECTED_ROOM}`],
  );
  expect(rows).toEqual([{ actor: 'user:zhaomin', approver: 'user:qianfeng' }]);
});
