import { configDefaults, defineConfig } from 'vitest/config';

const rooms = '{domain,contracts,config,db,engine,mqtt-bridge,server,components,simulator,scripts,bench}';

export default defineConfig({
  test: {
    // A property over a thousand cases takes its time.
    testTimeout: process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_800_000 : 60_000,
    hookTimeout: 120_000,
    // The files of a worker share what they import: loading it anew for each of three hundred took over a minute of the
    // eight that they run. A test puts back whatever it changed for the whole process.
    isolate: false,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: [`${rooms}/**/*.test.{ts,tsx}`],
          exclude: [...configDefaults.exclude, '**/*.db.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'db',
          // What drives the whole product from outside has a room of its own.
          include: [`${rooms}/**/*.db.test.ts`, 'e2e/**/*.db.test.ts'],
          globalSetup: ['db/testing/globalSetup.ts'],
        },
      },
    ],
  },
});
