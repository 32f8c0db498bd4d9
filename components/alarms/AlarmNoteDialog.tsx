'use client';

import { useTranslations } from 'next-intl';
import { NoteDialog } from '../ui/NoteDialog';
import type { AlarmRow } from './incidents';
import { useAlarmWords } from './useAlarmWords';
import { usePlaceWords } from './usePlaceWords';

/** Writes a note into the history of one alarm. */
export function AlarmNoteDialog({ row, onClose }: { row: AlarmRow; onClose: () => void }) {
  const t = useTranslations('alarms');
  const words = `${useAlarmWords()(row).title}, ${usePlaceWords()(row).title}`;
  return (
    <NoteDialog
      title={t('noteTitle')}
      words={t('noteWords', { alarm: words })}
      noteLabel={t('noteLabel')}
      submit={t('noteSubmit')}
      send={(client, note) => client.alarms.note.mutate({ id: Number(row.alarm.id), note })}
      onClose={onClose}
      testId="note-dialog"
    />
  );
}
