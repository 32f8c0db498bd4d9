import { expectAccessible } from './fixtures/looks';
import { be, expect, open, test } from './fixtures/pages';
import { readMeter } from './fixtures/storedUse';

const HELD_ROOM = '7-208';

test('a held charge takes nothing until finance releases it with what was found, and finance can cut nothing', async ({
  context,
  page,
  site,
}) => {
  const quarters = Array.from({ length: 77 }, (_, at): [string, string] => [
    `${String(at >> 2).padStart(2, '0')}:${String((at % 4) * 15).padStart(2, '0')}`,
    (100 + at * 0.05).toFixed(3),
  ]);
  await readMeter(site, HELD_ROOM, quarters);
  const spent = async () => {
    const { rows } = await site.database.pool.query<{ micro: string }>(
      `select coalesce(sum(c.amount_micro), 0)::text as micro from charge c join account a on a.id = c.account_id
        where a.code = $1 and c.superseded_by is null`,
      [`A-${HELD_ROOM}`],
    );
    return Number(rows[0]!.micro) / 1e6;
  };
  const before = await spent();
  // Less than two hours later, and no more than a meter of a room can count.
  await readMeter(site, HELD_ROOM, [['20:45', '115.800']]);
  expect(await spent(), 'nothing of it is taken').toBe(before);

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
  expect((await spent()) - before, '12 kWh').toBeGreaterThan(5);
  for (const path of ['/alarms', `/rooms/${HELD_ROOM}`]) {
    await open(page, site, path);
    for (const control of ['cut', 'restore', 'read-now'])
      await expect(page.getByTestId(control)).toHaveCount(0);
  }
});
