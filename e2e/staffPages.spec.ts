import type { Page } from '@playwright/test';
import { expectAccessible, expectOneWayScroll, expectQuiet, LOOKS, pagesIn } from './fixtures/looks';
import { be, expect, open, test } from './fixtures/pages';
import { alarmsWereLongAgo } from './fixtures/storedAlarms';

/** Every staff page. What `/balances` and `/quota` must hold beyond this stands in specs of their own. */
const STAFF_PAGES = [
  '/overview',
  '/map',
  '/balances',
  '/alarms',
  '/rooms/7-412',
  '/grid',
  '/control',
  '/control/new',
  '/quota',
  '/quota/DEPT-CHEMISTRY',
  '/admin',
  '/admin/meters',
  '/admin/displays',
  '/admin/keys',
  '/meters/E-7-412',
  '/admin/notices',
  '/settings',
] as const;
const LOOKED_AT_ELSEWHERE: readonly string[] = ['/balances', '/quota', '/quota/DEPT-CHEMISTRY'];

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

/** The whole bar lies in the window, and at its middle nothing lies over it. */
async function expectBarOnTop(page: Page, what: string): Promise<void> {
  const bar = page.getByTestId('alarm-bar');
  await expect(bar, what).toBeInViewport({ ratio: 1 });
  const onTop = await bar.evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return [0.1, 0.5, 0.9].every((share) =>
      element.contains(document.elementFromPoint(left + width * share, top + height / 2)),
    );
  });
  expect(onTop, `${what}: something lies over the alarm bar`).toBe(true);
}

async function scrollToEnd(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const element of [
      document.documentElement,
      ...document.querySelectorAll<HTMLElement>('main, main *'),
    ])
      element.scrollTop = element.scrollHeight;
  });
}

test('no dialog covers the alarm bar', async ({ context, page, site }) => {
  await be(context, site, 'linwei');
  for (const size of [DESK, PHONE]) {
    await page.setViewportSize(size);
    await open(page, site, '/rooms/7-412');
    await page.getByTestId('cut').click();
    await expect(page.getByTestId('arm-panel')).toBeVisible();
    await expectBarOnTop(page, 'control panel');
    const panel = (await page.getByTestId('arm-panel').boundingBox())!;
    const bar = (await page.getByTestId('alarm-bar').boundingBox())!;
    expect(panel.y).toBeGreaterThanOrEqual(bar.y + bar.height);
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('arm-panel')).toHaveCount(0);
  }
});

for (const look of LOOKS) {
  const [lang, theme] = look;
  test(`${lang}, ${theme}: the bar stays at any scroll, axe finds nothing serious, calm has no colour of an alarm`, async ({
    context,
    page,
    site,
  }) => {
    test.setTimeout(240_000);
    await alarmsWereLongAgo(site);
    for (const path of pagesIn(look, STAFF_PAGES)) {
      await be(context, site, path.startsWith('/admin') ? 'guoning' : 'linwei', { lang, theme });
      await page.setViewportSize(DESK);
      await open(page, site, path);
      await expectBarOnTop(page, path);
      if (!LOOKED_AT_ELSEWHERE.includes(path)) {
        await test.step(path, async () => {
          await expectAccessible(page);
          await expectQuiet(page);
        });
      }
      await scrollToEnd(page);
      await expectBarOnTop(page, `${path}, scrolled`);
      await page.setViewportSize(PHONE);
      await scrollToEnd(page);
      await expectBarOnTop(page, `${path}, on a phone`);
      await expectOneWayScroll(page);
    }
  });
}

test('a page that hears nothing leaves "live" within 20 s, says by 65 s as of when it stands, and heals', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'linwei');
  // The line dies as lines do: nothing is closed, nothing comes through any more.
  let cut = false;
  await page.routeWebSocket(/\/socket\.io\//, (socket) => {
    if (cut) return;
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      if (!cut) server.send(message);
    });
    server.onMessage((message) => {
      if (!cut) socket.send(message);
    });
  });
  await page.route('**/api/trpc/**', (route) => (cut ? route.abort() : route.continue()));
  await page.clock.install({ time: site.nowMs });
  await open(page, site, '/rooms/7-412');
  const conn = page.getByTestId('conn').first();
  await expect(conn).toHaveAttribute('data-state', 'live');
  await expect(page.getByTestId('offline-banner')).toHaveCount(0);

  cut = true;
  await page.clock.fastForward(20_000);
  await expect(conn).toHaveAttribute('data-state', 'reconnecting');
  await page.clock.fastForward(45_000);
  await expect(conn).toHaveAttribute('data-state', 'offline');
  await expect(page.getByTestId('offline-banner')).toContainText(/as of 21:0[34]:\d\d/);
  // Nothing is sent into silence: control says why it is off.
  await expect(page.getByTestId('cut')).toBeDisabled();
  await expect(page.getByTestId('controls')).toContainText('Not possible while offline');

  cut = false;
  await expect
    .poll(async () => {
      await page.clock.fastForward(5_000);
      return conn.getAttribute('data-state');
    })
    .toBe('live');
  await expect(page.getByTestId('offline-banner')).toHaveCount(0);
  await expect(page.getByTestId('cut')).toBeEnabled();
});

test('a browser in New York shows campus time', async ({ browser, site }) => {
  const context = await browser.newContext({
    timezoneId: 'America/New_York',
    locale: 'en-US',
    viewport: DESK,
  });
  await be(context, site, 'linwei');
  const page = await context.newPage();
  await open(page, site, '/rooms/7-412');
  await expect(page.getByTestId('clock').first()).toContainText('12 Nov 2026 21:04');
  await expect(page.getByTestId('measured')).toContainText(/at 21:0[34]:\d\d/);
  await expect(page.getByTestId('time-left')).toContainText(/forecast of 21:0[0-4]/);
  await context.close();
});

test('nobody is led to a page that refuses, nor told of a calm that the role can’t see', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'zhaomin');
  await open(page, site, '/rooms/7-412');
  const crumbs = page.getByRole('navigation', { name: 'Where you are' });
  await expect(crumbs.getByText('Dorm 7')).toHaveAttribute('href', /^\/balances/);
  await expect(crumbs.getByRole('link', { name: 'Campus' })).toHaveCount(0);
  await expect(crumbs.getByText('Campus')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Quota' })).toHaveCount(0);
  await open(page, site, '/overview');
  await expect(page.getByTestId('headline')).toContainText('Alarms are not shown to your role');
  for (const link of await page.locator('main a[href]').all())
    expect(await link.getAttribute('href')).not.toMatch(/^\/(map|alarms)/);
});
