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

/** Lets a held charge be taken: says what was found of tariff, ratio and readings. */
export function ReleaseChargeDialog({ row, onClose }: { row: AlarmRow; onClose: () => void }) {
  const t = useTranslations('alarms');
  const common = useTranslations('common');
  const code = useCode();
  const trpc = useTRPC();
  const form = useId();
  const [note, setNote] = useState('');
  const release = useMutation(trpc.alarms.releaseCharge.mutationOptions({ onSuccess: onClose }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (note.trim() !== '') release.mutate({ id: Number(row.alarm.id), note: note.trim() });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('releaseChargeTitle')}
      description={`${useAlarmWords()(row).title}, ${usePlaceWords()(row).title}`}
      testId="release-charge-dialog"
      actions={
        <>
          <Button
            type="submit"
            form={form}
            variant="primary"
            size="control"
            disabled={release.isPending || note.trim() === ''}
          >
            {t('releaseCharge')}
          </Button>
          <Button size="control" onClick={onClose}>
            {common('cancel')}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={submit}>
        <TextField
          label={t('releaseChargeFound')}
          hint={t('releaseChargeHint')}
          value={note}
          maxLength={200}
          onChange={(event) => setNote(event.target.value)}
          error={release.error ? code('refusal', refusalOf(release.error).reason) : undefined}
        />
      </form>
    </Dialog>
  );
}
