import type { BrowserContext, Locator, Page } from '@playwright/test';
import { expectAccessible, expectOneWayScroll, looksOf } from './fixtures/looks';
import { be, expect, open, type Site, test } from './fixtures/pages';
import { calmAlarms, signalAlarm } from './fixtures/storedAlarms';

const OVERLOAD = { rule: 'OVERLOAD', watts: [1_240, 800] } as const;
const FEEDER_OVERLOAD = { rule: 'FEEDER_OVERLOAD', at: 'D7-2', watts: [41_000, 32_000] } as const;

const rowOf = (page: Page, id: string): Locator =>
  page.locator(`[data-testid="alarm-row"][data-alarm="${id}"]`);

async function asPerson(context: BrowserContext, site: Site, person: string, path: string): Promise<Page> {
  await be(context, site, person);
  const page = await context.newPage();
  await open(page, site, path);
  return page;
}

test('`a` acknowledges the row in focus and nothing elsewhere, and the second browser shows by whom', async ({
  browser,
  context,
  page,
  site,
}) => {
  await be(context, site, 'zhouqiang');
  await open(page, site, '/alarms');
  const second = await browser.newContext();
  const other = await asPerson(second, site, 'linwei', '/alarms');
  const id = await signalAlarm(site, { ...OVERLOAD, at: 'P-E-7-412' });
  const row = rowOf(page, id);
  await expect(row).toHaveAttribute('data-state', 'unacked');
  await expect(rowOf(other, id)).toHaveAttribute('data-state', 'unacked');

  await expect(row.getByTestId('ack')).toBeVisible();
  await page.locator('body').press('a');
  await row.focus();
  await page.keyboard.press('j');
  await expect(row).toHaveAttribute('data-state', 'unacked');
  await row.focus();
  await page.keyboard.press('a');
  await expect(row).toHaveAttribute('data-state', 'acked', { timeout: 6_000 });
  await expect(rowOf(other, id)).toHaveAttribute('data-state', 'acked', { timeout: 6_000 });
  await expect(rowOf(other, id)).toContainText('周强');
  await expect(rowOf(other, id)).toContainText('Acknowledged 21:04');
  await second.close();
});

test('the row under the pointer keeps its place when others arrive; a P1 is shown at once all the same', async ({
  context,
  page,
  site,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await be(context, site, 'linwei');
  for (const [index, room] of ['401', '402', '403', '404'].entries())
    await signalAlarm(site, { rule: 'METER_OFFLINE', at: `E-7-${room}`, ageMs: (index + 1) * 60_000 });
  const third = await signalAlarm(site, { rule: 'METER_OFFLINE', at: 'E-7-405', ageMs: 200_000 });
  await open(page, site, '/alarms');
  const row = rowOf(page, third);
  await row.hover();
  const before = (await row.boundingBox())!;

  const p2 = await signalAlarm(site, { ...OVERLOAD, at: 'P-E-7-420' });
  await expect(page.getByTestId('new-arrivals')).toHaveText('1 new, show');
  await expect(rowOf(page, p2)).toHaveCount(0);
  expect((await row.boundingBox())!.y).toBe(before.y);
  const p1 = await signalAlarm(site, FEEDER_OVERLOAD);
  await expect(page.getByTestId('p1-region').locator(`[data-alarm="${p1}"]`)).toBeVisible();
  await expect.poll(async () => (await row.boundingBox())!.y).toBe(before.y);

  await page.mouse.move(720, 20);
  await expect(rowOf(page, p2)).toBeVisible();
  await expect(page.getByTestId('new-arrivals')).toHaveCount(0);
});

test('nothing is shelved without a reason, beyond 24 h, or beyond the limit of its priority', async ({
  context,
  page,
  site,
}) => {
  const p2 = await signalAlarm(site, { ...OVERLOAD, at: 'P-E-7-412' });
  const p1 = await signalAlarm(site, FEEDER_OVERLOAD);
  await be(context, site, 'zhouqiang');
  await open(page, site, `/alarms/${p2}`);
  await page.getByTestId('shelve').click();
  const dialog = page.getByTestId('shelve-dialog');
  const send = dialog.getByRole('button', { name: /^Shelve until/ });
  await send.click();
  await expect(dialog.getByTestId('reason-missing')).toBeVisible();
  await dialog.getByLabel('Other').click();
  await send.click();
  await expect(dialog).toContainText('Say in words why.');
  const hours = (text: string | null) =>
    Number(/(\d+)/.exec(text ?? '')?.[1] ?? 0) / (text?.includes('min') ? 60 : 1);
  for (const offer of await dialog.getByRole('radio').all()) {
    const label = (await offer.getAttribute('aria-label')) ?? (await offer.textContent());
    expect(hours(label), label!).toBeLessThanOrEqual(8);
  }

  // Whatever a page offers, the server refuses on its own.
  const refusalOf = async (forMs: number, more: object = { reason: 'WORKS' }) => {
    const answer = await page.request.post(`${site.url}/api/trpc/alarms.shelve`, {
      headers: { origin: site.url },
      data: { json: { id: Number(p2), forMs, ...more } },
    });
    expect(answer.ok()).toBe(false);
    const { error } = (await answer.json()) as {
      error: { json: { data: { refusal: { reason: string; field: string } } } };
    };
    return error.json.data.refusal;
  };
  const HOUR_MS = 3_600_000;
  expect(await refusalOf(25 * HOUR_MS)).toMatchObject({ reason: 'INVALID_INPUT', field: '/forMs' });
  expect(await refusalOf(9 * HOUR_MS)).toMatchObject({ reason: 'SHELVE_TOO_LONG' });
  expect(await refusalOf(HOUR_MS, {})).toMatchObject({ reason: 'INVALID_INPUT', field: '/reason' });
  await expect(rowOf(page, p2)).toHaveAttribute('data-state', 'unacked');

  await dialog.getByLabel('Works').click();
  await send.click();
  await expect(dialog).toHaveCount(0);
  const row = rowOf(page, p2);
  await expect(row).toHaveCount(0);
  await page.getByTestId('chip-shelved').click();
  await expect(row).toHaveAttribute('data-state', 'shelved');
  await expect(row).toContainText('until 21:19');
  await expect(row).toContainText('周强');
  await expect(page.getByTestId('alarm-bar')).toContainText('Shelved 1');

  // A P1 is an energy manager's to shelve, for a quarter of an hour, with a second person beside.
  await open(page, site, `/alarms/${p1}`);
  await expect(page.getByTestId('pane-ack')).toBeVisible();
  await expect(page.getByTestId('shelve')).toHaveCount(0);
  await be(context, site, 'linwei');
  await open(page, site, `/alarms/${p1}`);
  await page.getByTestId('shelve').click();
  await expect(dialog.getByRole('radio', { name: '15 min' })).toBeVisible();
  await expect(dialog.getByText('a second energy manager consents here')).toBeVisible();
});

test('P1 to P4 are told apart without colour, by shape, shade and digit, in both themes', async ({
  browser,
  site,
}) => {
  const ids = [
    await signalAlarm(site, FEEDER_OVERLOAD),
    await signalAlarm(site, { ...OVERLOAD, at: 'P-E-7-412' }),
    await signalAlarm(site, { rule: 'METER_OFFLINE', at: 'E-7-401' }),
    await signalAlarm(site, { rule: 'CLOCK_DRIFT', at: 'E-7-409' }),
    await signalAlarm(site, { ...OVERLOAD, at: 'P-E-7-420' }),
  ];
  for (const theme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ deviceScaleFactor: 2, reducedMotion: 'reduce' });
    await be(context, site, 'linwei', { theme });
    const page = await context.newPage();
    await page.setViewportSize({ width: 1440, height: 900 });
    await open(page, site, `/alarms/${ids[3]}`);
    const greys: number[][] = [];
    for (const [index, id] of ids.entries()) {
      const mark = rowOf(page, id).locator('svg[data-pri]').first();
      const priority = index === 4 ? 2 : index + 1;
      await expect(mark).toHaveAccessibleName(new RegExp(`^P${priority} `));
      await expect(mark.locator('text')).toHaveText(String(priority));
      greys.push(await greyOf(page, mark));
    }
    const apart = (one: number, other: number) =>
      greys[one]!.reduce((sum, value, at) => sum + Math.abs(value - greys[other]![at]!), 0) /
      greys[one]!.length;
    // Two marks of one priority look the same; two of different ones never do.
    expect(apart(1, 4), `${theme}: both P2`).toBeLessThan(3);
    for (let one = 0; one < 4; one++)
      for (let other = one + 1; other < 4; other++)
        expect(apart(one, other), `${theme}: P${one + 1} and P${other + 1}`).toBeGreaterThan(10);
    await context.close();
  }
});

/** Brightness (0 to 255) of an element drawn to 48 by 48 pixels, colours taken away. */
async function greyOf(page: Page, element: Locator): Promise<number[]> {
  const shot = (await element.screenshot()).toString('base64');
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const paper = new OffscreenCanvas(48, 48).getContext('2d')!;
    paper.filter = 'grayscale(1)';
    paper.drawImage(image, 0, 0, 48, 48);
    const { data } = paper.getImageData(0, 0, 48, 48);
    return Array.from({ length: 48 * 48 }, (_, at) => data[at * 4]!);
  }, shot);
}

test('a browser that blocks sound says SOUND OFF until a gesture has unlocked it', async ({
  context,
  page,
  site,
}) => {
  // The test browser lets every page sound. Here a context stays silent as in a strict one: until asked within a gesture.
  await page.addInitScript(() => {
    const Free = AudioContext;
    class Strict extends Free {
      constructor() {
        super();
        void super.suspend();
      }
      override resume(): Promise<void> {
        return navigator.userActivation.isActive ? super.resume() : new Promise(() => undefined);
      }
    }
    window.AudioContext = Strict;
  });
  await be(context, site, 'zhouqiang');
  await open(page, site, '/alarms');
  const sound = page.getByTestId('alarm-bar').locator('[data-sound]');
  await expect(sound).toHaveAttribute('data-sound', 'blocked');
  await expect(sound).toContainText('SOUND OFF');
  await signalAlarm(site, FEEDER_OVERLOAD);
  const words = page.getByTestId('alarm-words');
  await expect(words).toBeVisible();
  await expect(sound).toContainText('SOUND OFF');
  // Whatever gives way on a narrow desk, the value and the place do not.
  for (const width of [1440, 1280, 1024]) {
    await page.setViewportSize({ width, height: 900 });
    const within = await words.evaluate((link) =>
      [...link.querySelectorAll('[role="alert"] > span:not(:first-child)')].map(
        (part) =>
          part.scrollWidth <= part.clientWidth + 1 &&
          part.getBoundingClientRect().right <= link.getBoundingClientRect().right,
      ),
    );
    expect(within, `${width} px`).toEqual([true, true]);
    await expect(words).toContainText('%');
  }
  await page.getByTestId('duty-strip').getByRole('button', { name: 'Start duty, test sound' }).click();
  await expect(sound).toHaveText('Sound on');
  await expect(page.getByTestId('duty-strip')).toHaveCount(0);
});

test('on a phone of 360 px one look shows what, where, how old, Cut and Acknowledge', async ({
  browser,
  site,
}) => {
  const id = await signalAlarm(site, { ...OVERLOAD, at: 'P-E-7-412', ageMs: 42_000 });
  const context = await browser.newContext({
    viewport: { width: 360, height: 640 },
    hasTouch: true,
    isMobile: true,
  });
  for (const lang of ['zh-CN', 'en'] as const) {
    await be(context, site, 'zhouqiang', { lang });
    const page = await context.newPage();
    await open(page, site, `/alarms/${id}`);
    for (const part of ['alarm-title', 'alarm-place', 'alarm-age', 'cut', 'pane-ack'])
      await expect(page.getByTestId(part), `${lang} ${part}`).toBeInViewport({ ratio: 1 });
    await expect(page.getByTestId('alarm-title')).toContainText('1,240');
    await expect(page.getByTestId('alarm-place')).toContainText('7-412');
    await expectOneWayScroll(page);
    await page.close();
  }
  await context.close();
});

/** Colours of a row's mark. */
const plateOf = (row: Locator): Promise<{ fill: string; stroke: string }> =>
  row.locator('svg[data-pri]').evaluate((mark) => {
    const paths = [...mark.querySelectorAll('path')].map((path) => getComputedStyle(path));
    const plate = paths.find(({ fill }) => fill !== 'none')!;
    return { fill: plate.fill, stroke: plate.stroke };
  });

test('normal again but not acknowledged: the mark is hollow and the row stays until somebody has seen it', async ({
  context,
  page,
  site,
}) => {
  const id = await signalAlarm(site, { ...OVERLOAD, at: 'P-E-7-412' });
  await be(context, site, 'zhouqiang');
  await open(page, site, `/alarms/${id}`);
  const { fill: filled } = await plateOf(rowOf(page, id));
  await signalAlarm(site, { ...OVERLOAD, at: 'P-E-7-412', kind: 'RETURN' });
  const row = rowOf(page, id);
  await expect(row).toHaveAttribute('data-state', 'returned');
  await expect(row.locator('svg[data-pri]')).toHaveAttribute('data-mark', 'returned');
  expect((await plateOf(row)).fill).not.toBe(filled);
  expect((await plateOf(row)).stroke).toBe(filled);
  await page.reload();
  await expect(row).toHaveAttribute('data-state', 'returned');

  // Whoever looked says whether it was right, and why where it was not.
  const verdict = page.getByTestId('alarm-verdict');
  await expect(verdict).toHaveAttribute('data-verdict', 'none');
  const judged = Number(await verdict.getByTestId('precision').getAttribute('data-judged'));
  await verdict.getByTestId('judge-false').click();
  const dialog = page.getByTestId('judge-dialog');
  await dialog.getByRole('button', { name: 'Judge' }).click();
  await expect(dialog).toContainText('A note is needed');
  await dialog.getByLabel('Why').fill('a kettle that may be there');
  await dialog.getByRole('button', { name: 'Judge' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(verdict).toHaveAttribute('data-verdict', 'false');
  await expect(verdict).toContainText('Wrong: 周强');
  await expect(verdict.getByTestId('precision')).toHaveAttribute('data-judged', String(judged + 1));
  await expect(page.getByTestId('timeline').locator('[data-event="VERDICT"]')).toContainText(
    '周强 judged: Wrong, a kettle that may be there',
  );
  await page.mouse.move(720, 20);
  await page.getByTestId('pane-ack').click();
  await expect(row).toHaveCount(0);
  await expect(page.getByTestId('left-lately')).toContainText('7-412');
});

test('an alarm that is not there, or not the viewer’s, is said in words', async ({ context, page, site }) => {
  await be(context, site, 'zhouqiang');
  await open(page, site, '/alarms/99999');
  await expect(page.getByTestId('empty').filter({ hasText: '99999' })).toContainText('It does not exist');
});

test('finance is told that it sees alarms about money alone, and who sees the others', async ({
  context,
  page,
  site,
}) => {
  await signalAlarm(site, { ...OVERLOAD, at: 'P-E-7-412' });
  for (const [lang, words] of [
    ['en', ['No active alarm about money', 'security']],
    ['zh-CN', ['没有资金类活动告警', '安保']],
  ] as const) {
    await be(context, site, 'qianfeng', { lang });
    await open(page, site, '/alarms');
    for (const one of words) await expect(page.getByTestId('alarm-list')).toContainText(one);
    await expect(page.getByTestId('alarm-list')).not.toContainText(/no reading|读数/);
  }
});

test('with nothing open, the keyboard reaches all that left lately', async ({ context, page, site }) => {
  for (let room = 401; room <= 420; room++) await signalAlarm(site, { ...OVERLOAD, at: `P-E-7-${room}` });
  await calmAlarms(site);
  await be(context, site, 'linwei');
  await page.setViewportSize({ width: 1440, height: 900 });
  await open(page, site, '/alarms');
  const left = page.getByTestId('left-lately');
  await expect(left.getByRole('listitem')).toHaveCount(20);
  await expectAccessible(page);
  const list = page.getByRole('region').filter({ has: left });
  await list.focus();
  await page.keyboard.press('End');
  await expect(left.getByRole('listitem').last()).toBeInViewport();
});

for (const [lang, theme] of looksOf(0))
  test(`${lang}, ${theme}: the list, one alarm and shelving are accessible and scroll one way on a phone`, async ({
    context,
    page,
    site,
  }) => {
    const id = await signalAlarm(site, { ...OVERLOAD, at: 'P-E-7-412' });
    await signalAlarm(site, { ...OVERLOAD, at: 'P-E-7-420' });
    await signalAlarm(site, FEEDER_OVERLOAD);
    await signalAlarm(site, { rule: 'CLOCK_DRIFT', at: 'E-7-409' });
    await be(context, site, 'linwei', { lang, theme });
    await page.setViewportSize({ width: 1440, height: 900 });
    await open(page, site, `/alarms/${id}`);
    await expect(page.getByTestId('alarm-response')).toBeVisible();
    await expectAccessible(page);
    await page.getByTestId('shelve').click();
    await expect(page.getByTestId('shelve-dialog')).toBeVisible();
    await expectAccessible(page);
    for (const path of ['/alarms', `/alarms/${id}`])
      for (const width of [390, 320]) {
        await page.setViewportSize({ width, height: 844 });
        await open(page, site, path);
        await expectOneWayScroll(page);
      }
  });

test('the advice on an overloaded feeder leads who may cut one to its bulk job, filled in, and nobody else', async ({
  context,
  page,
  site,
}) => {
  const id = await signalAlarm(site, FEEDER_OVERLOAD);
  await be(context, site, 'zhouqiang');
  await open(page, site, `/alarms/${id}`);
  await expect(page.getByTestId('alarm-response')).toContainText('No room is over its own limit');
  await expect(page.getByTestId('bulk-way')).toHaveCount(0);
  await be(context, site, 'linwei');
  await open(page, site, `/alarms/${id}`);
  await page.getByTestId('bulk-way').getByRole('link').click();
  await expect(page).toHaveURL(/\/control\/new\?kind=FEEDER&code=D7-2$/);
  await expect(page.getByRole('combobox', { name: 'Feeder' })).toHaveValue('D7-2');
});
