import type { Page } from '@playwright/test';
import { labels, wordsOf } from './fixtures/mapLabels';
import { be, expect, open, test } from './fixtures/pages';
import { platePixels } from './fixtures/plates';
import { calmAlarms, signalAlarm } from './fixtures/storedAlarms';
import { SILENT_BUILDING } from './fixtures/storedReadings';

test.describe.configure({ timeout: 180_000 });

test.describe('the campus map', () => {
  test('draws itself with our own engine and has a list with the same buildings and values on every layer', async ({
    context,
    page,
    site,
  }) => {
    await be(context, site, 'linwei');
    await openMap(page, site);
    await expect(page.getByTestId('campus-map')).toHaveAttribute('data-engine', 'maplibre');
    for (const layer of ['load', 'balance', 'quota', 'alarms', 'comms']) {
      await page.goto(`${site.url}/map?layer=${layer}`);
      await expect(labels(page)).toHaveCount(14, { timeout: DRAWN_WITHIN_MS });
      await expect.poll(async () => JSON.stringify(await wordsOf(page))).not.toContain('loading');
      const shown = await wordsOf(page);
      await page.getByRole('button', { name: 'List', exact: true }).click();
      await expect(page.getByTestId('map-list').locator('tbody tr')).toHaveCount(14);
      expect(ageless(await listed(page)), layer).toEqual(ageless(shown));
      await expect(page).toHaveURL(new RegExp(`layer=${layer}`));
    }
  });

  test('hatches a building without data and counts it in the legend', async ({ context, page, site }) => {
    await be(context, site, 'linwei');
    await openMap(page, site);
    const silent = labels(page).and(page.locator(`[data-code="${SILENT_BUILDING}"]`));
    await expect(silent).toHaveAttribute('data-step', 'none');
    const legend = page.getByTestId('map-legend');
    await expect(legend.locator('[data-step="none"] b')).toHaveText('1');
    const counts = (await legend.locator('[data-step] b').allTextContents()).map(Number);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(14);
    await expect.poll(() => stripes(page, SILENT_BUILDING)).toBeGreaterThan(6);
    expect(await stripes(page, 'D1')).toBeLessThan(4);
  });

  test('a cluster wears its worst mark, and a P1 is in none', async ({ context, page, site }) => {
    await be(context, site, 'linwei');
    await openMap(page, site);
    const map = page.getByTestId('campus-map');
    expect(await platePixels(map)).toEqual({ p1: 0, p2: 0, p3: 0 });
    await signalAlarm(site, { rule: 'FEEDER_80', at: 'D7-1' });
    await signalAlarm(site, { rule: 'FEEDER_80', at: 'D7-2' });
    await expect.poll(async () => (await platePixels(map)).p3).toBeGreaterThan(50);

    await signalAlarm(site, { rule: 'OVERLOAD', at: 'P-E-7-412' });
    await expect.poll(async () => (await platePixels(map)).p2).toBeGreaterThan(50);
    expect(await platePixels(map)).toMatchObject({ p1: 0, p3: 0 });

    await signalAlarm(site, { rule: 'FEEDER_OVERLOAD', at: 'D7-2', watts: [41_000, 32_000] });
    await expect.poll(async () => (await platePixels(map)).p1).toBeGreaterThan(50);
    const beside = await platePixels(map);
    expect(beside.p2).toBeGreaterThan(50);
    expect(beside.p3).toBe(0);
    await calmAlarms(site);
    await expect.poll(() => platePixels(map)).toEqual({ p1: 0, p2: 0, p3: 0 });
  });

  test('a click and Enter open the panel of a building, which stays in sight', async ({
    context,
    page,
    site,
  }) => {
    await be(context, site, 'linwei');
    await openMap(page, site);
    const panel = page.getByTestId('building-panel');
    for (const [code, choose] of [
      ['D7', (at: Page) => building(at, 'D7').click()],
      ['D5', (at: Page) => building(at, 'D5').press('Enter')],
    ] as const) {
      await choose(page);
      await expect(panel).toHaveAttribute('data-building', code);
      await expect(page).toHaveURL(new RegExp(`building=${code}`));
      await expect
        .poll(async () => {
          const [label, beside] = [await building(page, code).boundingBox(), await panel.boundingBox()];
          return label && beside ? label.x + label.width <= beside.x && label.x >= 0 : false;
        })
        .toBe(true);
      await page.keyboard.press('Escape');
      await expect(panel).toBeHidden();
    }
  });
});

async function openMap(page: Page, site: Parameters<typeof open>[1]): Promise<void> {
  await open(page, site, '/map');
  await expect(page.getByTestId('campus-map')).toHaveAttribute('data-drawn', 'true', {
    timeout: DRAWN_WITHIN_MS,
  });
  await expect(labels(page)).toHaveCount(14);
}

/** Drawing without a graphics card takes its time on a busy machine. */
const DRAWN_WITHIN_MS = 60_000;

function building(page: Page, code: string) {
  return page.getByTestId('campus-map').locator(`button[data-label][data-code="${code}"]`);
}

/** Ages tick between two looks. */
function ageless(words: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(words).map(([code, text]) => [code, text.replace(/: .* old$/, ': old')]),
  );
}

/** What the list says of each building, by its code. */
async function listed(page: Page): Promise<Record<string, string>> {
  return Object.fromEntries(
    await page
      .getByTestId('map-list')
      .locator('tbody tr')
      .evaluateAll((all) =>
        all
          .map((each): [string, string] => [
            (each as HTMLElement).dataset.code!,
            `${each.querySelector('th')!.textContent}: ${each.querySelector('td:last-child')!.textContent}`,
          ])
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
  );
}

/** How often the ground changes between light and dark along a line over a building, just above its label. */
async function stripes(page: Page, code: string): Promise<number> {
  const box = (await building(page, code).boundingBox())!;
  const shot = await page.screenshot({
    clip: { x: box.x, y: box.y - 6, width: box.width, height: 1 },
  });
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const paper = new OffscreenCanvas(image.width, 1).getContext('2d')!;
    paper.drawImage(image, 0, 0);
    const { data } = paper.getImageData(0, 0, image.width, 1);
    const light = Array.from(
      { length: image.width },
      (_, x) => data[x * 4]! + data[x * 4 + 1]! + data[x * 4 + 2]!,
    );
    const middle = (Math.min(...light) + Math.max(...light)) / 2;
    const wide = Math.max(...light) - Math.min(...light) > 60;
    return wide ? light.filter((value, x) => x > 0 && value > middle !== light[x - 1]! > middle).length : 0;
  }, shot.toString('base64'));
}
