'use client';

import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useId, useState } from 'react';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { TextField } from '../ui/Field';
import { useCode } from '../ui/useCode';
import styles from './Dialogs.module.css';
import type { AlarmRow } from './incidents';
import { useAlarmWords } from './useAlarmWords';
import { usePlaceWords } from './usePlaceWords';

/** Releases a latch: says who inspected the place and what was found. */
export function ResetDialog({ row, onClose }: { row: AlarmRow; onClose: () => void }) {
  const t = useTranslations('alarms');
  const common = useTranslations('common');
  const code = useCode();
  const trpc = useTRPC();
  const form = useId();
  const [note, setNote] = useState('');
  const reset = useMutation(trpc.alarms.reset.mutationOptions({ onSuccess: onClose }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (note.trim() !== '') reset.mutate({ id: Number(row.alarm.id), note: note.trim() });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('resetTitle')}
      description={`${useAlarmWords()(row).title}, ${usePlaceWords()(row).title}`}
      testId="reset-dialog"
      actions={
        <>
          <Button
            type="submit"
            form={form}
            variant="primary"
            size="control"
            disabled={reset.isPending || note.trim() === ''}
          >
            {t('resetButton')}
          </Button>
          <Button size="control" onClick={onClose}>
            {common('cancel')}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={submit}>
        <TextField
          label={t('inspected')}
          hint={t('inspectedHint')}
          value={note}
          maxLength={200}
          onChange={(event) => setNote(event.target.value)}
          error={reset.error ? code('refusal', refusalOf(reset.error).reason) : undefined}
        />
      </form>
    </Dialog>
  );
}
