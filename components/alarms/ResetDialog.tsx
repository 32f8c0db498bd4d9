'use client';

import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { TextField } from '../ui/Field';
import { FormDialog } from '../ui/FormDialog';
import { useCode } from '../ui/useCode';
import type { AlarmRow } from './incidents';
import { useAlarmWords } from './useAlarmWords';
import { usePlaceWords } from './usePlaceWords';

/** Releases a latch: says who inspected the place and what was found. */
export function ResetDialog({ row, onClose }: { row: AlarmRow; onClose: () => void }) {
  const t = useTranslations('alarms');
  const code = useCode();
  const trpc = useTRPC();
  const [note, setNote] = useState('');
  const reset = useMutation(trpc.alarms.reset.mutationOptions({ onSuccess: onClose }));
  const submit = () => {
    if (note.trim() !== '') reset.mutate({ id: Number(row.alarm.id), note: note.trim() });
  };
  return (
    <FormDialog
      title={t('resetTitle')}
      description={`${useAlarmWords()(row).title}, ${usePlaceWords()(row).title}`}
      submit={t('resetButton')}
      disabled={reset.isPending || note.trim() === ''}
      onSubmit={submit}
      onClose={onClose}
      testId="reset-dialog"
    >
      <TextField
        label={t('inspected')}
        hint={t('inspectedHint')}
        value={note}
        maxLength={200}
        onChange={(event) => setNote(event.target.value)}
        error={reset.error ? code('refusal', refusalOf(reset.error).reason) : undefined}
      />
    </FormDialog>
  );
}
