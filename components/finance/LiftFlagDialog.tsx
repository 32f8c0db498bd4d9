'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ActDialog } from '../ui/ActDialog';
import { TextField } from '../ui/Field';
import { useAct } from '../ui/useAct';
import type { FlaggedAccount } from './financeTypes';

/** Takes the flag off an account, with what came of the chargeback. */
export function LiftFlagDialog({ one, onClose }: { one: FlaggedAccount; onClose: () => void }) {
  const t = useTranslations('payments');
  const act = useAct();
  const [note, setNote] = useState('');
  const send = async () => {
    if (await act.run((to) => to.payments.liftFlag.mutate({ id: one.id, note: note.trim() }))) onClose();
  };
  return (
    <ActDialog
      title={t('liftTitle', { account: one.accountCode })}
      description={t(one.returnedAt === null ? 'liftLost' : 'liftReturned')}
      submit={t('liftFlag')}
      blockedBy={note.trim() === '' ? t('noteNeeded') : undefined}
      act={act}
      onSubmit={() => void send()}
      onClose={onClose}
      testId="lift-flag-dialog"
    >
      <TextField
        label={t('liftNote')}
        value={note}
        maxLength={200}
        onChange={(event) => setNote(event.target.value)}
        data-testid="lift-note"
      />
    </ActDialog>
  );
}
