import { defineConfig } from '@playwright/test';
import { findChromium } from './scripts/systemPackages';

const executablePath = findChromium();
if (!executablePath) throw new Error('no Chromium; run: sudo apt-get install -y chromium');

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results/e2e',
  fullyParallel: false,
  workers: 2,
  projects: [
    // One running product is enough for a small machine, so one worker: its tests take turns, and first, so that no other worker
    // waits for them in the end.
    { name: 'live', testMatch: '**/live/*.spec.ts', workers: 1 },
    { name: 'standing', testIgnore: '**/live/**' },
  ],
  forbidOnly: true,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
    browserName: 'chromium',
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    // Recording every step of every test costs a small machine time that tests wait for.
    trace: process.env.WATTKEEP_TRACE === '1' ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath,
      // WebGL in software, so that the map draws on a machine without a graphics card, and a browser that asks nothing
      // of the outside by itself.
      args: [
        '--no-sandbox',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--use-gl=angle',
        '--use-angle=swiftshader',
        '--enable-unsafe-swiftshader',
        '--autoplay-policy=no-user-gesture-required',
      ],
    },
  },
});
