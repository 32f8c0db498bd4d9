import type { Locator, Page } from '@playwright/test';
import { openPage } from '../fixtures/openPage';
import { expect, PEOPLE, type Product, setLook, signIn, test } from '../fixtures/product';

/** Rooms of three floors of Dorm 7: three waves, 5 s from each other. */
const ROOMS = '7-1* 7-2* 7-6*';
const SECOND_PERSON = '高磊';
/** So many one person switches alone. */
const ALONE = 10;
/** The campus runs so much faster while restores are spread over half a minute. */
const FAST = 10;
const PROVEN_WITHIN_MS = 60_000;

const positionOf = async (product: Product, point: string): Promise<string> =>
  (await product.rest<{ measured: { supply: string } }>(`/meter-points/${point}`)).measured.supply;

/** Asks for what the dry run shows, with its number typed. @returns the job's address, and how many were eligible */
async function ask(page: Page, url: string, query: Record<string, string>): Promise<[string, number]> {
  await openPage(page, `${url}/control/new?${new URLSearchParams(query)}`);
  const counts = page.getByTestId('preview-counts');
  await expect(counts).toBeVisible();
  const eligible = await counts.getAttribute('data-eligible');
  await page.getByLabel('Reason').fill('Works in the riser');
  await page.getByLabel('Type the number of eligible points').fill(eligible!);
  await page.getByTestId('ask').click();
  await expect(page.getByTestId('job')).toHaveAttribute('data-state', 'pending_approval');
  return [new URL(page.url()).pathname, Number(eligible)];
}

/** Points whose cells show a state. */
const pointsIn = (cells: Locator, state: string): Promise<string[]> =>
  cells.evaluateAll(
    (all, wanted) =>
      all
        .map((each) => (each as HTMLElement).dataset)
        .filter(({ cell }) => cell === wanted)
        .map(({ point }) => point!),
    state,
  );

test('sixty rooms: run dry, consented to by a second person, cut in waves, stopped midway; what is called proven was measured, the rest stays on, and all comes back', async ({
  browser,
  page,
  product,
  outside,
}) => {
  test.setTimeout(240_000);
  await setLook(page.context(), product.url, 'en', 'light');
  await signIn(page, product, PEOPLE.energyManager);
  const context = await browser.newContext();
  await setLook(context, product.url, 'en', 'dark');
  const other = await context.newPage();
  await signIn(other, product, SECOND_PERSON);

  const [address, asked] = await ask(page, product.url, { kind: 'ROOMS', code: ROOMS });
  expect(asked).toBeGreaterThan(40);
  await openPage(other, product.url + address);
  await other.getByTestId('approve').click();

  // Who asked watches it on their own screen.
  const job = page.getByTestId('job');
  const cells = page.getByTestId('cell');
  await expect(job).toHaveAttribute('data-state', 'running', { timeout: 10_000 });
  // So many that their restore takes two persons as well.
  await expect
    .poll(async () => (await pointsIn(cells, 'verified')).length, { timeout: PROVEN_WITHIN_MS })
    .toBeGreaterThan(ALONE);
  await page.getByTestId('stop').click();
  await expect(job).toHaveAttribute('data-state', 'stopped');
  for (const state of ['planned', 'pending', 'sent', 'acked'])
    await expect
      .poll(async () => (await pointsIn(cells, state)).length, { timeout: PROVEN_WITHIN_MS })
      .toBe(0);
  const [cut, left] = [await pointsIn(cells, 'verified'), await pointsIn(cells, 'cancelled')];
  expect(cut.length).toBeGreaterThan(ALONE);
  expect(left.length, 'later waves were never sent').toBeGreaterThanOrEqual(20);
  expect(cut.length + left.length).toBe(asked);
  for (const point of cut) expect(await positionOf(product, point), point).toBe('OPEN');
  for (const point of left) expect(await positionOf(product, point), point).toBe('CLOSED');

  await test.step('a restore of the same points brings every one of them back', async () => {
    const [back] = await ask(page, product.url, {
      kind: 'POINTS',
      code: cut.join(' '),
      direction: 'RESTORE',
    });
    await openPage(other, product.url + back);
    await product.clock({ speed: FAST });
    await other.getByTestId('approve').click();
    await expect(page.locator('[data-testid="cell-count"][data-state="verified"]')).toHaveAttribute(
      'data-n',
      String(cut.length),
      { timeout: 2 * PROVEN_WITHIN_MS },
    );
    await product.clock({ speed: 1 });
    for (const point of cut) expect(await positionOf(product, point), point).toBe('CLOSED');
  });
  await context.close();
  expect(outside).toEqual([]);
});
