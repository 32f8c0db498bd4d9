'use client';

import { shownState } from '../live/alarmView';
import { useAlarmSummary, useAlarms } from '../live/hooks';
import { useConnection } from '../live/LiveProvider';
import { useNow } from '../ui/now';
import { AlarmBar, type AlarmSight } from './AlarmBar';
import { useAlarmSound } from './AlarmSound';

/** The alarm bar with the live data of its page. */
export function LiveAlarmBar({ sees }: { sees: AlarmSight }) {
  const summary = useAlarmSummary();
  const alarms = useAlarms();
  const { state, dataAsOf } = useConnection();
  const sound = useAlarmSound();
  const now = useNow();
  const worst = alarms.find((alarm) => alarm.priority === 1 && shownState(alarm, now) === 'UNACK') ?? null;
  return (
    <AlarmBar
      summary={summary}
      worst={worst}
      sound={sound.state}
      onSound={sound.toggle}
      connection={state}
      dataAsOf={dataAsOf}
      sees={sees}
    />
  );
}
