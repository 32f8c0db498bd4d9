import { labels, wordsOf } from '../fixtures/mapLabels';
import { expect, PEOPLE, setLook, signIn, test } from '../fixtures/product';

test.describe.configure({ timeout: 180_000 });

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
      // MapLibre tells its worker to load a source by a message of this type.
      if ((args[0] as { type?: string } | null)?.type === 'LD') counted.shapesLoaded! += 1;
      return Reflect.apply(postMessage, this, args);
    };
  });
  await setLook(context, product.url, 'en', 'light');
  await signIn(page, product, PEOPLE.energyManager);
  await page.goto(`${product.url}/map`);
  await expect(page.getByTestId('campus-map')).toHaveAttribute('data-engine', 'maplibre');
  await expect(labels(page).first()).toBeVisible();
  const loaded = () => page.evaluate(() => (window as Window & { shapesLoaded?: number }).shapesLoaded);
  // Ground, buildings and two of alarms.
  await expect.poll(loaded).toBeGreaterThanOrEqual(4);
  const [before, words] = [await loaded(), await wordsOf(page)];
  for (let tick = 0; tick < 3; tick++) {
    const seen = JSON.stringify(await wordsOf(page));
    await expect.poll(async () => JSON.stringify(await wordsOf(page)), { timeout: 30_000 }).not.toBe(seen);
  }
  expect(await wordsOf(page)).not.toEqual(words);
  expect(await loaded()).toBe(before);
});
