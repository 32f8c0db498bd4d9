import { createDb } from '../../db/client';
import { migrateDatabase } from '../../db/migrate';
import { FixedClock } from '../../domain/time/clock';
import { silentLog } from '../../engine/context';
import { importCampus } from '../../engine/importCampus';
import { freshRegistry } from '../../engine/registry';
import { CampusLoad } from '../../simulator/load/campusLoad';
import { campusPlan } from '../../simulator/plan/campusPlan';
import { openDatabase } from '../environment';
import { SimulatedMonth } from './month';
import type { Looks } from './readingDays';
import { scoreMonth, scoreTable } from './score';

const SEED = 1;
/** Local midnight of a Monday; four weeks are learned, the month follows. */
const START_MS = Date.UTC(2026, 7, 9, 16);

/** Scores every rule over a seeded month of the default campus, and prints the table of docs/detection.md. */
export async function measureDetection(
  meters: number,
  days: number,
  looks: Looks,
  log: (line: string) => void,
): Promise<void> {
  const opened = await openDatabase(log);
  const database = createDb(opened.url, 2, 'wattkeep bench detection');
  try {
    await migrateDatabase(opened.url, { log: () => undefined });
    const plan = campusPlan({ seed: SEED, meters });
    const ctx = { clock: new FixedClock(START_MS), log: silentLog };
    await importCampus(database, ctx, plan.document, { actor: 'bench' });
    const registry = await freshRegistry(database);
    const { zone } = [...registry.campuses.values()][0]!;
    const month = new SimulatedMonth(new CampusLoad(plan), registry, zone, START_MS, days, SEED, looks).run(
      log,
    );
    const { rules, unexplained, missed } = scoreMonth(month);
    const real = month.incidents.filter(({ kind }) => kind.rule !== null).length;
    log(`${real} incidents, ${month.incidents.length - real} false twins`);
    for (const { rule, meter, at, priority } of unexplained)
      log(`without cause: ${rule} ${priority ?? ''} at ${meter.code}, ${new Date(at).toISOString()}`);
    for (const { kind, meter, fromMs, toMs } of missed)
      log(
        `missed: ${kind.name} at ${meter.code}, ${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}`,
      );
    log(`${month.readings} readings of ${registry.meters.size} meters in ${days} days`);
    log(scoreTable(rules));
  } finally {
    await database.close();
    await opened.drop();
  }
}
