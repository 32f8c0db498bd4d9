import { expectAccessible, expectOneWayScroll, expectQuiet } from './fixtures/looks';
import { openPage } from './fixtures/openPage';
import { be, expect, open, test } from './fixtures/pages';
import { clippedWords, smallTargets } from './fixtures/residents';

const ADDRESS = 'room-7-412@example.org';

test('an address is used once the code that went to it came back; topics go where their reader wants them, safety keeps a channel; what failed is sent again', async ({
  context,
  page,
  site,
}) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await be(context, site, 'student');
  await openPage(page, `${site.url}/me/notices`);
  const form = page.getByTestId('contact-form');
  await form.getByLabel('Channel').selectOption('EMAIL');
  await form.getByRole('textbox').fill(ADDRESS);
  await form.getByRole('button', { name: 'Send code' }).click();
  const contact = page.getByTestId('contact');
  await expect(contact).toHaveAttribute('data-state', 'code_sent');

  await be(context, site, 'guoning');
  const staff = await context.newPage();
  await open(staff, site, '/admin/notices');
  const message = staff.getByTestId('sandbox-message').filter({ hasText: ADDRESS }).first();
  const code = /Code (\d{6})|验证码 ?(\d{6})/.exec((await message.textContent()) ?? '');
  const digits = code?.[1] ?? code?.[2];
  expect(digits).toBeDefined();

  await be(context, site, 'student');
  const wrong = digits === '000000' ? '000001' : '000000';
  await page.getByTestId('code-form').getByRole('textbox').fill(wrong);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByTestId('code-form')).toContainText('That is not the code');
  await page.getByTestId('code-form').getByRole('textbox').fill(digits!);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(contact).toHaveAttribute('data-state', 'verified');
  await expect(contact, 'an address is shown in part').not.toContainText(ADDRESS);

  const safety = page.locator('[data-testid="topic"][data-topic="safety"]');
  await safety.getByLabel('E-mail').click();
  await expect(page.getByText('Safety keeps at least one channel that reaches you')).toBeVisible();
  await expect(safety.getByLabel('E-mail')).toBeChecked();
  const subsidies = page.getByTestId('topic').filter({ hasText: 'Subsidies' });
  await subsidies.getByLabel('E-mail').click();
  await expect(subsidies.getByLabel('E-mail')).not.toBeChecked();
  await openPage(page, `${site.url}/me/notices`);
  await expect(subsidies.getByLabel('E-mail')).not.toBeChecked();
  await expectAccessible(page);
  await expectQuiet(page);
  await expectOneWayScroll(page);
  expect(await clippedWords(page)).toEqual([]);
  expect(await smallTargets(page)).toEqual([]);

  await site.database.pool.query(
    `insert into delivery (campus_id, notice_id, kind, channel, user_id, to_resident, urgent, subject, state, reason, attempts, created_ms, due_ms)
     select n.campus_id, n.id, n.kind, 'EMAIL', u.id, true, false, 'e2e', 'FAILED', 'SMTP_552', 9, $1::bigint, $1::bigint
       from notice n, app_user u where u.code = 'student' and n.kind = 'LOW_BALANCE' order by n.id limit 1`,
    [site.nowMs],
  );
  await be(context, site, 'guoning');
  await staff.setViewportSize({ width: 360, height: 780 });
  await open(staff, site, '/admin/notices');
  await expectOneWayScroll(staff);
  const delivery = staff.getByTestId('delivery').first();
  await expect(delivery).toHaveAttribute('data-state', 'failed');
  await expect(delivery).toContainText('the mail server answered 552');
  await delivery.getByRole('button').click();
  await expect(staff.locator('[data-testid="delivery"][data-state="queued"]')).toHaveCount(1);
});
