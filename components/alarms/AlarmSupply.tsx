'use client';

import { SupplyTrack } from '../supply/SupplyTrack';
import { BreakerGlyph } from '../ui/glyphs';
import styles from './AlarmPane.module.css';
import type { AlarmRow } from './incidents';
import { commandSince } from './rowSupply';
import { useAlarmWords } from './useAlarmWords';

/** What was switched since the alarm was raised: the command's way, or a plain line where supply is back on amidst the alarm. */
export function AlarmSupply({ row }: { row: AlarmRow }) {
  const { supply } = useAlarmWords()(row);
  const { alarm, context } = row;
  const command = context && commandSince(alarm, context.command);
  if (!command) return null;
  if (supply?.isAmidst)
    return (
      <p className={styles.fact} data-testid="supply-fact">
        <BreakerGlyph state="closed" size="14px" /> {supply.words}
      </p>
    );
  const { rights, point } = context;
  const direction = command.action === 'CONNECT' ? 'RESTORE' : 'CUT';
  const place = rights.cut && point ? { pointCode: point.code, roomCode: point.spaceCode } : null;
  return (
    <div className={styles.track}>
      <SupplyTrack
        command={command}
        mayRead={rights.cut}
        again={place && { ...place, direction, alarm: { id: Number(alarm.id), rule: alarm.rule } }}
      />
    </div>
  );
}
