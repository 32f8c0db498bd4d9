import type { AlarmVerdict } from '../../domain/alarms/alarmVerdict';
import { judgeAlarm } from '../services/alarms/judgeAlarm';
import type { ServiceCampus } from './serviceCampus';

/** How often an alarm has come, as its page shows it now. */
export async function countOf(campus: ServiceCampus, alarmId: number): Promise<number> {
  const { rows } = await campus.database.pool.query<{ count: number }>(
    'select count from alarm where id = $1',
    [alarmId],
  );
  return rows[0]?.count ?? 1;
}

/** Somebody judges an alarm as it stands at this moment. */
export async function judgeAsSeen(
  campus: ServiceCampus,
  who: string,
  judged: { readonly alarmId: number; readonly verdict: AlarmVerdict; readonly note?: string },
): Promise<void> {
  const { caller, deps } = await campus.as(who);
  await judgeAlarm(deps, caller, { ...judged, seenCount: await countOf(campus, judged.alarmId) });
}
