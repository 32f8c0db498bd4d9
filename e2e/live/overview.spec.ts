import type { Page } from '@playwright/test';
import { openPage } from '../fixtures/openPage';
import { expect, PEOPLE, type Product, setLook, signIn, test } from '../fixtures/product';

const KPIS = ['load', 'energy', 'transformer', 'meters', 'rooms', 'unexplained'] as const;

test.beforeEach(async ({ context, page, product }) => {
  await setLook(context, product.url, 'en', 'light');
  await signIn(page, product, PEOPLE.energyManager);
  await openOverview(page, product);
});

test('six figures stand in the head, each with its age and what is usual', async ({ page }) => {
  await expect(page.locator('[data-testid^="kpi-"]')).toHaveCount(KPIS.length);
  for (const name of KPIS) {
    const kpi = page.getByTestId(`kpi-${name}`);
    await expect(kpi, name).toHaveAttribute('data-live', '');
    await expect(kpi, name).toHaveAttribute('data-fresh', /fresh|late/);
    await expect(kpi, name).toHaveAttribute('data-age-s', /^\d+$/);
    await expect(kpi, name).toHaveAttribute('data-asof', /\+08:00$/);
    // Rooms of past hours are counted a minute after the start; until then the figure says so in words. From none to none is no band.
    if (name === 'rooms')
      await expect(kpi, name).toContainText(/no usual yet: \d\/3 weeks|usually none|\d–\d/);
    else {
      await expect(kpi, name).toHaveAttribute('data-against', /above|below|usual/);
      await expect(kpi, name).toContainText(/\d[\d,.]*–\d/);
    }
  }
});

test('an alarm is in words on the page as it is raised, and two actions from there stands its breaker panel', async ({
  page,
  product,
}) => {
  test.setTimeout(180_000);
  await expect(page.getByTestId('headline')).toBeVisible();
  const startedMs = Date.now();
  await product.scenario('S2');
  const raised = await raisedAt(product, 'OVERLOAD', startedMs);
  // Two seconds are the promise, three times that the wait.
  await expect(page.getByTestId('plate-p2')).toBeVisible({
    timeout: Math.max(1, raised + 6_000 - Date.now()),
  });
  await expect(page.getByTestId('headline')).toContainText('Dorm 7');
  await page.getByRole('link', { name: /^Open 7-412/ }).click();
  await page.getByTestId('cut').click();
  await expect(page.getByTestId('arm-panel')).toBeVisible();
  await expect(page.getByTestId('arm-panel')).toContainText('7-412');
  await page.keyboard.press('Escape');
});

test('a total says of how many meters it is, and silent ones are not in it', async ({ page, product }) => {
  test.setTimeout(240_000);
  const [reporting, total] = await metersHeard(page);
  expect(reporting).toBeGreaterThan(0.95 * total);
  const [counted, installed] = await metersOfUse(page);
  await product.scenario('S5');
  await expect.poll(async () => (await metersHeard(page))[0], { timeout: 150_000 }).toBeLessThan(reporting);
  const now = await metersOfUse(page);
  expect(now[1]).toBe(installed);
  expect(now[0]).toBeLessThan(counted);
});

async function openOverview(page: Page, product: Product): Promise<void> {
  await openPage(page, `${product.url}/overview`);
  await expect(page.getByTestId('conn').first()).toHaveAttribute('data-state', 'live');
}

/** When an alarm of a rule was raised since then, ms UTC; waits until there is one. */
async function raisedAt(product: Product, rule: string, sinceMs: number): Promise<number> {
  const found: number[] = [];
  await expect
    .poll(
      async () => {
        const { items } = await product.rest<{ items: { raisedAt: string }[] }>(`/alarms?rule=${rule}`);
        const times = items.map((item) => Date.parse(item.raisedAt)).filter((at) => at >= sinceMs);
        found.splice(0, found.length, ...times);
        return times.length;
      },
      { timeout: 60_000, intervals: [250] },
    )
    .toBeGreaterThan(0);
  return found[0]!;
}

/** Meters that report, and all of them, as the page says. */
async function metersHeard(page: Page): Promise<[number, number]> {
  return ratio(await page.getByTestId('kpi-meters').locator('b').first().textContent());
}

/** Meters in the sum of what is used, and all that it should hold. */
async function metersOfUse(page: Page): Promise<[number, number]> {
  return ratio(await page.getByTestId('use-meters').locator('dd').first().textContent());
}

function ratio(text: string | null): [number, number] {
  const [first, second] = (text ?? '').replace(/,/g, '').match(/\d+/g)!.map(Number);
  return [first!, second!];
}
