import { openPage } from '../fixtures/openPage';
import { expect, PEOPLE, setLook, signIn, test } from '../fixtures/product';

test.beforeEach(async ({ context, product, page }) => {
  await setLook(context, product.url, 'en', 'light');
  await signIn(page, product, PEOPLE.admin);
});

test('says in one sentence what fails, how old the check is, and leads from each failing row to its fix', async ({
  page,
  product,
  outside,
}) => {
  await openPage(page, `${product.url}/admin`);
  const failing = Number(await page.getByTestId('headline').getAttribute('data-failing'));
  await expect(page.locator('[data-testid="check-row"][data-state="failing"]')).toHaveCount(failing);
  await expect(page.getByTestId('fix-link')).toHaveCount(failing);
  await expect(page.getByTestId('last-check')).toHaveAttribute('data-fresh', 'fresh');
  await expect(page.getByTestId('flow-books')).toHaveAttribute('data-agrees', 'true');
  expect(outside).toEqual([]);
});

test('the fleet scrolls in few elements, its counts add up, and a link opens the same list', async ({
  page,
  product,
  outside,
}) => {
  await openPage(page, `${product.url}/admin/meters`);
  const rows = page.getByTestId('fleet-row');
  await expect(rows.first()).toBeVisible();
  const total = Number(await page.getByTestId('fleet-headline').getAttribute('data-matching'));
  for (const facet of ['status', 'utility', 'contact']) {
    const [all, ...values] = await page.getByTestId(`facet-${facet}`).locator('button b').allTextContents();
    const countOf = (text: string | undefined) => Number(text?.replaceAll(',', ''));
    expect(countOf(all), facet).toBe(total);
    expect(
      values.reduce((sum, text) => sum + countOf(text), 0),
      facet,
    ).toBe(total);
  }
  const last = page.locator(`[aria-rowindex="${total + 1}"]`);
  await expect(async () => {
    // As long as rows are still being measured, the end moves.
    await page.getByRole('table').evaluate((list) => {
      list.scrollTop = list.scrollHeight;
    });
    await expect(last).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 15_000 });
  expect(await rows.count()).toBeLessThan(60);

  await openPage(page, `${product.url}/admin/meters?utility=WATER&q=chem`);
  const linked = page.getByTestId('fleet-headline');
  await expect(linked).not.toHaveAttribute('data-matching', String(total));
  const narrowed = (await linked.textContent()) ?? '';
  await openPage(page, `${product.url}/admin/meters`);
  await page.getByTestId('facet-value-water').click();
  await page.getByTestId('fleet-search').fill('chem');
  await expect(page).toHaveURL(/utility=WATER/);
  await expect(page).toHaveURL(/q=chem/);
  await expect(page.getByTestId('fleet-headline')).toHaveText(narrowed);
  expect(outside).toEqual([]);
});
