import { hashSync } from 'bcryptjs';
import { expectAccessible, expectOneWayScroll, expectQuiet, LOOKS } from './fixtures/looks';
import { openPage } from './fixtures/openPage';
import { be, expect, type Site, test } from './fixtures/pages';

const PASSWORD = 'a pass phrase, pasted';

/** Gives a person of the standing campus a password, as the administrator would. */
async function givePassword(site: Site, person: string): Promise<void> {
  const { rowCount } = await site.database.pool.query(
    'update app_user set password_hash = $2 where code = $1',
    [person, hashSync(PASSWORD, 4)],
  );
  expect(rowCount).toBe(1);
}

test('the keyboard alone signs in, with a pasted password, and leads to the page that was asked for', async ({
  context,
  page,
  site,
}) => {
  await givePassword(site, 'zhouqiang');
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openPage(page, `${site.url}/rooms/7-412`);
  await expect(page).toHaveURL(/\/login\?next=%2Frooms%2F7-412/);
  await page.evaluate((text) => navigator.clipboard.writeText(text), PASSWORD);
  const name = page.locator('input[autocomplete="username"]');
  const password = page.locator('input[autocomplete="current-password"]');
  for (let presses = 0; presses < 6; presses++) {
    if (await name.evaluate((input) => input === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await expect(name).toBeFocused();
  await page.keyboard.type('zhouqiang');
  await page.keyboard.press('Tab');
  await expect(password).toBeFocused();
  await page.keyboard.press('Control+V');
  await expect(password).toHaveValue(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`${site.url}/rooms/7-412`);
  await expect(page.getByTestId('page-room')).toBeVisible();
});

test('what a password manager fills in signs in', async ({ page, site }) => {
  await givePassword(site, 'linwei');
  await openPage(page, `${site.url}/login`);
  // A manager sets values and tells the page by events; it presses no key.
  await page.evaluate((secret) => {
    const fill = (input: HTMLInputElement, value: string) => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(input, value);
      for (const kind of ['input', 'change']) input.dispatchEvent(new Event(kind, { bubbles: true }));
    };
    fill(document.querySelector('input[autocomplete="username"]')!, 'linwei');
    fill(document.querySelector('input[autocomplete="current-password"]')!, secret);
  }, PASSWORD);
  await page.locator('form button[type="submit"]').click();
  await expect(page).toHaveURL(/\/overview$/);
});

test('a wrong password keeps the user name, says how to go on, and waits in the field for another', async ({
  context,
  page,
  site,
}) => {
  await givePassword(site, 'zhaomin');
  for (const [lang, words] of [
    ['en', 'the administrator can set a new password'],
    ['zh-CN', '管理员'],
  ] as const) {
    await context.addCookies([{ name: 'lang', value: lang, url: site.url }]);
    await openPage(page, `${site.url}/login`);
    const name = page.locator('input[autocomplete="username"]');
    const password = page.locator('input[autocomplete="current-password"]');
    await name.fill('zhaomin');
    await password.fill('not this one');
    await password.press('Enter');
    await expect(page.getByRole('alert').filter({ hasText: words })).toBeVisible();
    await expect(name).toHaveValue('zhaomin');
    await expect(password).toBeFocused();
    await expect(page).toHaveURL(/\/login/);
  }
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/finance\/ledger$/);
});

test('every role lands on its own home', async ({ browser, site }) => {
  const HOMES: Record<string, string> = {
    SECURITY: '/alarms',
    WARDEN: '/alarms',
    MAINTAINER: '/alarms',
    ENERGY_MANAGER: '/overview',
    AUDITOR: '/overview',
    DEPARTMENT_HEAD: '/quota/DEPT-CHEMISTRY',
    FINANCE: '/finance/ledger',
    ADMIN: '/admin',
    STUDENT: '/me',
  };
  const users = site.plan.document.users ?? [];
  expect(new Set(users.flatMap(({ roles }) => roles.map(({ role }) => role)))).toEqual(
    new Set(Object.keys(HOMES)),
  );
  for (const { code, roles } of users) {
    const context = await browser.newContext();
    await be(context, site, code);
    const answer = await context.request.get(`${site.url}/`, { maxRedirects: 0 });
    expect(new URL(answer.headers().location!, site.url).pathname, code).toBe(HOMES[roles[0]!.role]);
    await context.close();
  }
});

for (const [lang, theme] of LOOKS)
  test(`${lang}, ${theme}: the sign-in page is accessible, quiet, and scrolls one way on a phone`, async ({
    context,
    page,
    site,
  }) => {
    await context.addCookies([
      { name: 'lang', value: lang, url: site.url },
      { name: 'theme', value: theme, url: site.url },
    ]);
    await openPage(page, `${site.url}/login`);
    await expect(page.getByTestId('page-login')).toBeVisible();
    await expectAccessible(page);
    await expectQuiet(page);
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 844 });
      await expectOneWayScroll(page);
    }
  });
