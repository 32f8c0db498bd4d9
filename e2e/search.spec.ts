import type { Page } from '@playwright/test';
import { expectAccessible } from './fixtures/looks';
import { be, expect, open, type Site, test } from './fixtures/pages';

/** Beginnings of the English names of all pages. */
const BEGINNINGS = 'Ov Al Fi Ma Ba Qu Co Ne Cu Gr Pa Ac Le Ta Di He Me Du Wa API'.split(' ');

async function searched(page: Page, text: string) {
  await page.keyboard.press('Control+K');
  const box = page.getByTestId('search').getByRole('combobox');
  await box.fill(text);
  return page.getByTestId('search').getByRole('option');
}

/** Addresses of the pages that a search finds for whoever the page's cookie says. */
async function pagesFound(page: Page, site: Site, text: string): Promise<string[]> {
  const input = encodeURIComponent(JSON.stringify({ json: { text } }));
  const answer = await page.request.get(`${site.url}/api/trpc/places.search?input=${input}`);
  const { result } = (await answer.json()) as {
    result: { data: { json: { pages: readonly { href: string }[] } } };
  };
  return result.data.json.pages.map(({ href }) => href);
}

test('the search box finds rooms and pages, the arrows choose and Enter lands there', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'linwei');
  await open(page, site, '/overview');
  let hits = await searched(page, '7-412');
  await expect(hits.first()).toContainText('7-412');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/rooms\/7-412$/);

  hits = await searched(page, 'alarm');
  await expect(hits.filter({ hasText: 'Alarm rules' })).toBeVisible();
  await expectAccessible(page);
  const rules = (await hits.allTextContents()).findIndex((text) => text.startsWith('Alarm rules'));
  for (let n = 0; n < rules; n++) await page.keyboard.press('ArrowDown');
  await expect(hits.nth(rules)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/admin\/rules$/);
  await expect(page.getByTestId('search')).toHaveCount(0);

  await be(context, site, 'linwei', { lang: 'zh-CN' });
  await open(page, site, '/overview');
  for (const text of ['xinjianding', '新建定时']) {
    hits = await searched(page, text);
    await expect(hits).toHaveText(/新建定时停送电/);
  }
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/control\/schedules\/new$/);
});

test('each hit says what it is: a feeder is told from the other meters whose codes have its letters', async ({
  context,
  page,
  site,
}) => {
  for (const [lang, feeder, building] of [
    ['en', /^E-D7-2Feeder D7-2, meter serial /, 'Building D7'],
    ['zh-CN', /^E-D7-2馈线 D7-2，表号 /, '楼栋 D7'],
  ] as const) {
    await be(context, site, 'linwei', { lang });
    await open(page, site, '/overview');
    const hits = await searched(page, 'D7-2');
    await expect(hits.filter({ hasText: feeder })).toHaveCount(1);
    await expect((await searched(page, 'D7')).filter({ hasText: building })).toHaveCount(1);
  }
});

test('it names to nobody a page that would not open for them, and each that it names opens', async ({
  context,
  page,
  site,
}) => {
  test.setTimeout(180_000);
  for (const [who, fewest] of [
    ['zhouqiang', 10],
    ['hejun', 10],
    ['zhaomin', 6],
    ['xuwen', 10],
    ['chensiyuan', 2],
    ['guoning', 10],
  ] as const) {
    await be(context, site, who);
    const found = new Set<string>();
    for (const text of BEGINNINGS) for (const href of await pagesFound(page, site, text)) found.add(href);
    expect(found.size, who).toBeGreaterThanOrEqual(fewest);
    for (const href of found) {
      const answer = await page.request.get(`${site.url}${href}`);
      expect(answer.status(), `${who} ${href}`).toBe(200);
      // What an answer carries for its scripts holds all words; what is shown stands in an element.
      expect(await answer.text(), `${who} ${href}`).not.toContain('>Your role does not see this page<');
    }
  }
  // Nobody but an energy manager plans both ways.
  await be(context, site, 'zhouqiang');
  expect(await pagesFound(page, site, 'New')).toEqual(['/control/new']);
});

test('finance begins where the person may act, or else at the books', async ({ context, page, site }) => {
  for (const [who, first] of [
    ['zhaomin', '/finance/payments'],
    ['xuwen', '/finance/ledger'],
  ] as const) {
    await be(context, site, who);
    await open(page, site, '/finance');
    await expect(page, who).toHaveURL(`${site.url}${first}`);
  }
});
