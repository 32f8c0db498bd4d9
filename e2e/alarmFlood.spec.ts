import type { Locator, Page } from '@playwright/test';
import { expectAccessible, expectOneWayScroll } from './fixtures/looks';
import { be, expect, open, type Site, startPageServer, test } from './fixtures/pages';
import { signalAlarm } from './fixtures/storedAlarms';

const DESK = { width: 1440, height: 900 };
const MINUTE_MS = 60_000;
/** The server counts by time every 15 s. */
const COUNTED = { timeout: 60_000 };
const FEEDERS = ['D1-1', 'D1-2', 'D2-1', 'D2-2', 'D3-1', 'D3-2'];
const CARDS_MAX = 12;

/** Number of a dormitory's room by its index from 0, floor by floor: `305` for 44 where a floor has 20. */
const roomAt = (index: number, perFloor: number): string =>
  `${Math.floor(index / perFloor) + 1}${String((index % perFloor) + 1).padStart(2, '0')}`;

/** What the simulator's scenario S3 raises: 90 register resets, 18 overloads, 6 feeders over their rating and so over 80 %. */
async function flood(site: Site): Promise<void> {
  for (let index = 0; index < 90; index++)
    await signalAlarm(site, { rule: 'REGISTER_RESET', at: `E-1-${roomAt(index, 16)}` });
  for (let index = 0; index < 18; index++)
    await signalAlarm(site, { rule: 'OVERLOAD', at: `P-E-7-${roomAt(index * 6, 20)}`, watts: [840, 800] });
  for (const at of FEEDERS) {
    await signalAlarm(site, { rule: 'FEEDER_OVERLOAD', at, watts: [42_000, 40_000] });
    await signalAlarm(site, { rule: 'FEEDER_80', at, watts: [42_000, 32_000] });
  }
}

const rowsIn = (place: Page | Locator): Locator => place.getByTestId('alarm-row');
const cardsOf = (page: Page): Locator => page.getByTestId('flood-card');
const cardOf = (page: Page, cause: string): Locator =>
  page.locator(`[data-testid="flood-card"][data-cause="${cause}"]`);
const headOf = (card: Locator): Locator => card.getByTestId('flood-card-head');

/** At most twelve cards hold all but the six P1, which have their own rows. */
async function expectFolded(page: Page): Promise<void> {
  await expect(page.getByTestId('flood-banner')).toBeVisible();
  await expect(rowsIn(page)).toHaveCount(FEEDERS.length);
  await expect(rowsIn(page.getByTestId('p1-region'))).toHaveCount(FEEDERS.length);
  const counts = await cardsOf(page).evaluateAll((all) => all.map((card) => Number(card.dataset.count)));
  expect(counts.length).toBeLessThanOrEqual(CARDS_MAX);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(114);
}

const WORDS = {
  en: {
    title: 'more than 10 alarms',
    rule: 'gateway, feeder, building, rule',
    near: 'Near each other: feeder D7-1',
    hazard: 'OVER LIMIT',
    rooms: '10 rooms: 7-101, 7-107',
  },
  'zh-CN': {
    title: '告警洪峰',
    rule: '网关、馈线、楼栋、规则',
    near: '位置相近：馈线 D7-1',
    hazard: '超限',
    rooms: '10 间：7-101，7-107',
  },
} as const;

test('120 alarms are at most twelve cards by cause, no P1 among them, and the banner names the rule and gives the raw list', async ({
  context,
  page,
  site,
}) => {
  test.setTimeout(180_000);
  await flood(site);
  await page.setViewportSize(DESK);
  for (const lang of ['zh-CN', 'en'] as const) {
    await be(context, site, 'linwei', { lang, theme: lang === 'en' ? 'dark' : 'light' });
    await open(page, site, '/alarms');
    await expectFolded(page);
    const banner = page.getByTestId('flood-banner');
    await expect(banner).toContainText(WORDS[lang].title);
    await expect(banner).toContainText(WORDS[lang].rule);
    const feeder = cardOf(page, 'D7-1');
    await expect(feeder, 'ten rooms over their limits have no cause in common').toContainText(
      WORDS[lang].near,
    );
    await expect(feeder).toContainText('P2 × 10');
    await expect(feeder).toContainText(WORDS[lang].rooms);
    await expect(headOf(feeder).locator('svg[data-pri]')).toHaveAttribute('data-pri', '2');
    await expect(page.getByTestId('timeline'), 'the alarm beside the list is complete').toBeVisible();
    await expectAccessible(page);

    const head = headOf(feeder);
    await head.click();
    await expect(head).toHaveAttribute('aria-expanded', 'true');
    await expect(rowsIn(feeder)).toHaveCount(10);
    await expectAccessible(page);
    await head.click();
    await expect(rowsIn(feeder)).toHaveCount(0);

    await page.getByTestId('flood-raw').click();
    await expect(rowsIn(page)).toHaveCount(120);
    await expect(cardsOf(page)).toHaveCount(0);
    await expect(banner).toBeVisible();
    await page.getByTestId('flood-raw').click();
    await expectFolded(page);
  }
});

test('in a flood the keys go over cards and rows, and a card keeps its place and count while it is pointed at', async ({
  context,
  page,
  site,
}) => {
  test.setTimeout(120_000);
  await flood(site);
  await page.setViewportSize(DESK);
  await be(context, site, 'linwei');
  await open(page, site, '/alarms');
  await expectFolded(page);
  await rowsIn(page.getByTestId('p1-region')).last().focus();
  await page.keyboard.press('j');
  const first = cardsOf(page).first();
  await expect(headOf(first)).toBeFocused();
  // By its cause: once nobody has touched the list for a while, a card whose first alarm is acknowledged makes way.
  const card = cardOf(page, (await first.getAttribute('data-cause'))!);
  await page.keyboard.press('Enter');
  await expect(rowsIn(card)).toHaveCount(Number(await card.getAttribute('data-count')));
  await page.keyboard.press('j');
  const id = await rowsIn(card).first().getAttribute('data-alarm');
  const row = page.locator(`[data-testid="alarm-row"][data-alarm="${id}"]`);
  await expect(row).toBeFocused();
  await page.keyboard.press('a');
  await expect(row).toHaveAttribute('data-state', 'acked');
  await headOf(card).focus();
  await page.keyboard.press('Enter');
  await expect(rowsIn(card)).toHaveCount(0);

  const upper = cardOf(page, 'D7-2');
  await expect(upper).toHaveAttribute('data-count', '8');
  await headOf(upper).hover();
  const before = (await upper.boundingBox())!;
  await signalAlarm(site, { rule: 'OVERLOAD', at: 'P-E-7-520', watts: [840, 800] });
  await expect(page.getByTestId('new-arrivals')).toHaveText('1 new, show');
  await expect(upper).toHaveAttribute('data-count', '8');
  expect((await upper.boundingBox())!.y).toBe(before.y);
  await page.mouse.move(720, 20);
  await expect(upper).toHaveAttribute('data-count', '9');
});

test('in a flood a P2 that joins a card is not heard again, and one of another cause is', async ({
  context,
  page,
  site,
}) => {
  await page.addInitScript(() => {
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (when?: number) {
      const { dataset } = document.documentElement;
      if (this.frequency.value === 784) dataset.chimes = String(Number(dataset.chimes ?? 0) + 1);
      start.call(this, when);
    };
  });
  for (let room = 401; room <= 406; room++)
    await signalAlarm(site, { rule: 'METER_OFFLINE', at: `E-7-${room}` });
  for (let room = 501; room <= 505; room++)
    await signalAlarm(site, { rule: 'OVERLOAD', at: `P-E-7-${room}`, watts: [840, 800] });
  await be(context, site, 'linwei');
  await page.setViewportSize(DESK);
  await open(page, site, '/alarms');
  await expect(page.getByTestId('alarm-bar').locator('[data-sound]')).toHaveAttribute('data-sound', 'on');
  await expect(cardsOf(page)).toHaveCount(2);
  const chimes = page.locator('html');
  await signalAlarm(site, { rule: 'OVERLOAD', at: 'P-E-7-506', watts: [840, 800] });
  await expect(page.locator('[data-testid="flood-card"][data-count="6"]')).toHaveCount(2);
  await expect(chimes).not.toHaveAttribute('data-chimes');
  const alone = await signalAlarm(site, { rule: 'LEAKAGE', at: 'P-E-1-101', priority: 'P2' });
  await expect(page.locator(`[data-alarm="${alone}"]`).first()).toBeVisible();
  await expect(chimes).toHaveAttribute('data-chimes', '1');
});

test('on a phone a tap opens a card, and below five in ten minutes the flood is over and every alarm has its row', async ({
  browser,
  site,
}) => {
  test.setTimeout(180_000);
  await flood(site);
  const server = await startPageServer({ databaseUrl: site.database.url, nowMs: site.nowMs });
  try {
    const place = { ...site, url: server.url };
    const context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    await be(context, place, 'linwei', { lang: 'zh-CN', theme: 'dark' });
    const page = await context.newPage();
    await open(page, place, '/alarms');
    await expectFolded(page);
    await expectOneWayScroll(page);
    await expectAccessible(page);
    const card = cardOf(page, 'D7-1');
    await headOf(card).tap();
    await expect(rowsIn(card)).toHaveCount(10);
    await expectOneWayScroll(page);
    await page.evaluate(() => window.scrollTo(0, 0));

    server.setClock(site.nowMs + 11 * MINUTE_MS);
    await expect(page.getByTestId('flood-banner')).toHaveCount(0, COUNTED);
    await expect(cardsOf(page)).toHaveCount(0);
    await expect(rowsIn(page)).toHaveCount(120);
    await context.close();
  } finally {
    await server.stop();
  }
});
