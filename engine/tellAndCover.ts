import { type Database, type Tx, withTransaction } from '../db/client';
import { type AlarmSignal, applyAlarmSignal } from './applyAlarmEvent';
import type { EngineContext } from './context';
import { type Cover, coverAlarm } from './coverAlarm';
import { oneByOne } from './oneByOne';

/** What a look at all meters found. */
export interface Found {
  readonly signals: readonly AlarmSignal[];
  /** What a word still lacks, read in the transaction that stores it. */
  readonly complete?: (tx: Tx, signal: AlarmSignal) => Promise<AlarmSignal>;
  /** Alarms that others explain from now on, or no longer, once the words are stored. */
  readonly covers: () => Promise<readonly Cover[]>;
}

/** Takes what was found to the alarms, each in a transaction of its own: one that fails keeps no other from being told. */
export async function tellAndCover(
  database: Database,
  ctx: EngineContext,
  now: number,
  { signals, complete, covers }: Found,
): Promise<void> {
  try {
    await oneByOne(signals, ctx.log, 'word of a rule', (signal) =>
      withTransaction(database, async (tx) => {
        await applyAlarmSignal(tx, now, complete ? await complete(tx, signal) : signal);
      }),
    );
  } finally {
    await oneByOne(await covers(), ctx.log, 'cover of an alarm', (cover) => coverAlarm(database, now, cover));
  }
}
