import type { Page } from '@playwright/test';
import { FixedClock } from '../domain/time/clock';
import { silentLog } from '../engine/context';
import { ingestReadings } from '../engine/ingestReadings';
import { expectAccessible, expectOneWayScroll, expectQuiet, looksOf } from './fixtures/looks';
import { be, expect, open, type Site, test } from './fixtures/pages';

const PATH = '/finance/tariffs?tariff=E-TOU';
const AUTHOR = 'zhaomin';
const SECOND = 'qianfeng';
const numberIn = (text: string | null) => Number((text ?? '').replace(/[^\d.]/g, ''));
const versions = async (site: Site): Promise<number> =>
  (await site.database.pool.query<{ n: number }>('select count(*)::int as n from tariff_version')).rows[0]!.n;

test.describe.configure({ mode: 'serial' });

/** Lets the engine charge a room's October by the hour. @returns the room's account */
async function chargeOctober(site: Site): Promise<string> {
  const { rows } = await site.database.pool.query<{
    account: string;
    meter: string;
    gateway: string | null;
    campus: string;
  }>(
    `select a.code as account, m.code as meter, g.code as gateway, c.code as campus
       from account_tariff t join tariff e on e.id = t.tariff_id and e.code = 'E-TOU'
       join account a on a.id = t.account_id and a.kind = 'ROOM' join campus c on c.id = a.campus_id
       join account_point p on p.account_id = a.id join meter_point mp on mp.id = p.point_id and mp.utility = 'ELECTRICITY'
       join meter_install i on i.point_id = mp.id and i.valid_to is null join meter m on m.id = i.meter_id
       left join gateway g on g.id = m.gateway_id
      where p.valid_to is null and i.valid_from < '2026-10-01' and p.valid_from < '2026-10-01' order by a.code desc limit 1`,
  );
  const { account, meter, gateway, campus } = rows[0]!;
  const fromMs = Date.parse('2026-10-01T00:00:00+08:00');
  for (let day = 0; day < 31; day++) {
    const hours = Array.from({ length: day === 30 ? 25 : 24 }, (_, i) => day * 24 + i);
    const batch = hours.map((hour) => {
      const tsMs = fromMs + hour * 3_600_000;
      return {
        site: campus,
        gatewayCode: gateway,
        rxMs: tsMs,
        reading: {
          meterCode: meter,
          tsMs,
          boot: null,
          seq: null,
          registers: { EA: (5_000 + hour * 0.217).toFixed(3) },
          powerW: null,
          voltageV: null,
          currentA: null,
          pf: null,
          relay: null,
          valve: null,
          extra: null,
          epochMark: null,
        },
      };
    });
    const clock = new FixedClock(batch.at(-1)!.rxMs);
    await ingestReadings(site.database, { clock, log: silentLog }, batch, { supply: false });
  }
  return account;
}

/** Opens a new draft of the tariff by which most rooms are rated, and says why. */
async function newDraft(page: Page, site: Site): Promise<void> {
  await open(page, site, PATH);
  await page.getByRole('button', { name: 'New version' }).click();
  await page.getByTestId('draft-note').fill('Price of the new contract');
}

test('a gap or an overlap in the hours of the day is said in words and can’t be sent', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, AUTHOR);
  await newDraft(page, site);
  const first = page.getByTestId('span-row').first();
  const until = await first.getByLabel('To').inputValue();
  await first.getByLabel('To').fill('00:30');
  const problem = page.getByTestId('problem');
  await expect(problem).toHaveText(new RegExp(`no period covers 00:30–${until}`));
  const before = await versions(site);
  await page.getByTestId('submit-draft').click();
  await expect(page.getByTestId('draft-editor')).toBeVisible();
  await first.getByLabel('To').fill('23:45');
  await expect(problem).toHaveText(/is covered twice|is not a span/);
  await page.getByTestId('submit-draft').click();
  await expect(page.getByTestId('draft-editor')).toBeVisible();
  await expect(page.getByTestId('show-preview')).toBeDisabled();
  await first.getByLabel('To').fill(until);
  await expect(problem).toHaveCount(0);
  const price = page.getByTestId('price-1-VALLEY');
  const valley = await price.inputValue();
  await price.fill('');
  await expect(problem).toHaveText('Tier 1 needs a price for Valley.');
  await price.fill(valley);
  await expect(problem).toHaveCount(0);
  expect(await versions(site)).toBe(before);
  const { rows } = await site.database.pool.query('select 1 from tariff_draft');
  expect(rows).toEqual([]);
});

test('a sample room’s last month costs to the cent what was charged, and by a draft what its prices make it', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, AUTHOR);
  const account = await chargeOctober(site);
  await newDraft(page, site);
  await page.getByTestId('sample-account').fill(account);
  await page.getByTestId('show-preview').click();
  const result = page.getByTestId('preview-result');
  await expect(result).toBeVisible();
  const billed = await page.getByTestId('preview-billed').textContent();
  expect(numberIn(billed)).toBeGreaterThan(1);
  await expect(page.getByTestId('preview-now')).toHaveText(billed!);
  await expect(page.getByTestId('preview-draft')).toHaveText(billed!);
  const prices = page.locator('[data-testid^="price-"]');
  for (let i = 0; i < (await prices.count()); i++) {
    const price = Number(await prices.nth(i).inputValue());
    await prices.nth(i).fill((price * 2).toFixed(6));
  }
  await expect(result).toHaveAttribute('data-fresh', 'false');
  await page.getByTestId('show-preview').click();
  await expect(result).toHaveAttribute('data-fresh', 'true');
  await page.getByTestId('draft-note').fill('The same prices for another reason');
  await expect(result, 'a reason changes no price').toHaveAttribute('data-fresh', 'true');
  const accrual = page.getByLabel('Tiers count over');
  const counted = await accrual.inputValue();
  await accrual.selectOption(counted === 'YEAR' ? 'MONTH' : 'YEAR');
  await expect(result).toHaveAttribute('data-fresh', 'false');
  await accrual.selectOption(counted);
  await expect
    .poll(async () => Math.round(numberIn(await page.getByTestId('preview-draft').textContent()) * 100))
    .toBeGreaterThanOrEqual(Math.round(numberIn(billed) * 200));
  const drafted = Math.round(numberIn(await page.getByTestId('preview-draft').textContent()) * 100);
  expect(drafted - Math.round(numberIn(billed) * 200)).toBeLessThanOrEqual(1);
});

test('an author can’t approve the own draft, on the page or past it; another puts it in force', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, AUTHOR);
  await newDraft(page, site);
  const before = await versions(site);
  await page.getByTestId('submit-draft').click();
  await expect(page.getByTestId('draft-editor')).toHaveCount(0);
  const draft = page.getByTestId('draft').first();
  await expect(draft).toHaveAttribute('data-state', 'submitted');
  await expect(draft.getByTestId('approve')).toBeDisabled();
  await expect(draft).toContainText('another person must approve it');
  const { rows } = await site.database.pool.query<{ id: number; revision: number }>(
    'select id, revision from tariff_draft order by id desc limit 1',
  );
  const refused = await page.request.post(`${site.url}/api/trpc/tariffs.decide`, {
    headers: { origin: site.url },
    data: { json: { draftId: rows[0]!.id, revision: rows[0]!.revision, approve: true, note: '' } },
  });
  expect(await refused.text()).toContain('OWN_DRAFT');
  expect(await versions(site)).toBe(before);
  await be(context, site, SECOND);
  await page.reload();
  await page.getByTestId('draft').first().getByTestId('approve').click();
  await expect(page.getByTestId('draft').first()).toHaveAttribute('data-state', 'approved');
  expect(await versions(site)).toBe(before + 1);
  await expect(page.locator('[data-testid="timeline-version"][data-state="ahead"]')).toHaveCount(1);
  await expect(page.getByTestId('draft').first(), 'what begins later is not in force').toContainText(
    'Approved',
  );
});

test('a version that was used can be read and not changed', async ({ context, page, site }) => {
  await be(context, site, AUTHOR);
  await open(page, site, PATH);
  await page.locator('[data-testid="timeline-version"][data-state="now"]').click();
  const version = page.getByTestId('version');
  await expect(version.getByTestId('version-state')).toContainText('it can be read and not changed');
  await expect(version.locator('input, select, textarea, button')).toHaveCount(0);
  await expect(version.getByTestId('tou-clock').first()).toBeVisible();
  await expect(version.getByTestId('tiers')).toBeVisible();
});

test('who may look and not write sees no way to write', async ({ context, page, site }) => {
  await be(context, site, 'linwei');
  await open(page, site, PATH);
  await expect(page.getByTestId('timeline')).toBeVisible();
  await expect(page.getByRole('button', { name: 'New version' })).toHaveCount(0);
});

for (const [lang, theme] of looksOf(1))
  test(`${lang}, ${theme}: accessible, quiet, and one way to scroll on a phone`, async ({
    context,
    page,
    site,
  }) => {
    test.setTimeout(180_000);
    await be(context, site, SECOND, { lang, theme });
    for (const path of [PATH, `${PATH}&draft=new`]) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await open(page, site, path);
      await expect(page.getByTestId(path.includes('draft') ? 'draft-note' : 'timeline')).toBeVisible();
      await expectAccessible(page);
      await expectQuiet(page);
      for (const width of [390, 320]) {
        await page.setViewportSize({ width, height: 844 });
        await expectOneWayScroll(page);
      }
    }
  });
