'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { TextField } from '../ui/Field';
import { FormDialog } from '../ui/FormDialog';
import { useCode } from '../ui/useCode';
import styles from './AnswerRequest.module.css';
import { useControl } from './control';

interface Props {
  roomCode: string;
  pointCode: string;
  request: { readonly id: string; readonly by: string };
}

/** The two answers to a request to restore: the control panel of its point, or a refusal whose reason the asker is told. */
export function AnswerRequest({ roomCode, pointCode, request }: Props) {
  const t = useTranslations('rooms');
  const code = useCode();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { arm } = useControl();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const refuse = useMutation(
    trpc.control.refuseRestore.mutationOptions({
      onSuccess: () => setOpen(false),
      // Also where somebody else was faster: what is shown is no longer so.
      onSettled: () => {
        void queries.invalidateQueries({ queryKey: trpc.control.waiting.queryKey() });
        void queries.invalidateQueries({ queryKey: trpc.rooms.pathKey() });
      },
    }),
  );
  const submit = () => {
    if (reason.trim() !== '' && !refuse.isPending)
      refuse.mutate({ pointCode, requestId: request.id, reason: reason.trim() });
  };
  return (
    <div className={styles.answers}>
      <Button
        size="small"
        breaker="closed"
        onClick={() => arm({ pointCode, roomCode, direction: 'RESTORE', answersRequest: request.id })}
        aria-label={t('restoreNamed', { code: roomCode })}
        data-testid="answer-restore"
      >
        {t('requestRestoreNow')}
      </Button>
      <Button
        size="small"
        onClick={() => setOpen(true)}
        aria-label={t('refuseTitle', { code: roomCode })}
        data-testid="answer-refuse"
      >
        {t('refuse')}
      </Button>
      {open && (
        <FormDialog
          title={t('refuseTitle', { code: roomCode })}
          description={t('refuseWords', { name: request.by })}
          submit={t('refuseSend')}
          disabled={reason.trim() === '' || refuse.isPending}
          onSubmit={submit}
          onClose={() => setOpen(false)}
        >
          <TextField
            label={t('refuseReason')}
            value={reason}
            maxLength={200}
            onChange={(event) => setReason(event.target.value)}
            error={refuse.error ? code('refusal', refusalOf(refuse.error).reason) : undefined}
          />
        </FormDialog>
      )}
    </div>
  );
}
