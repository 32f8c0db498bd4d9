import { labels, wordsOf } from '../fixtures/mapLabels';
import { openPage } from '../fixtures/openPage';
import { expect, PEOPLE, setLook, signIn, test } from '../fixtures/product';

test.describe.configure({ timeout: 300_000 });

/** A load lasts for a minute; between two of them only the last digits of large sums move. */
const OTHER_LOAD_WITHIN_MS = 100_000;

test('live values change what is drawn without new shapes: nothing is loaded into the map again', async ({
  context,
  page,
  product,
}) => {
  await page.addInitScript(() => {
    const counted = window as Window & { shapesLoaded?: number };
    counted.shapesLoaded = 0;
    const { postMessage } = Worker.prototype;
    Worker.prototype.postMessage = function (this: Worker, ...args: unknown[]) {
      // MapLibre tells its worker to load a source by a message of this type. Marks of alarms come and go by themselves.
      const message = args[0] as { type?: string; data?: { source?: string } } | null;
      if (message?.type === 'LD' && ['ground', 'buildings'].includes(message.data?.source ?? ''))
        counted.shapesLoaded! += 1;
      return Reflect.apply(postMessage, this, args);
    };
  });
  await setLook(context, product.url, 'en', 'light');
  await signIn(page, product, PEOPLE.energyManager);
  await openPage(page, `${product.url}/map`);
  await expect(page.getByTestId('campus-map')).toHaveAttribute('data-drawn', 'true', { timeout: 60_000 });
  await expect(labels(page).first()).toBeVisible();
  const loaded = () => page.evaluate(() => (window as Window & { shapesLoaded?: number }).shapesLoaded);
  expect(await loaded()).toBe(2);
  for (let change = 0; change < 2; change++) {
    const seen = JSON.stringify(await wordsOf(page));
    await expect
      .poll(async () => JSON.stringify(await wordsOf(page)), { timeout: OTHER_LOAD_WITHIN_MS })
      .not.toBe(seen);
  }
  expect(await loaded()).toBe(2);
});
