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

/** For those who may not restore themselves: asks the energy managers to, with a reason. */
export function RequestRestore({ roomCode, pointCode }: { roomCode: string; pointCode: string }) {
  const t = useTranslations('rooms');
  const code = useCode();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const request = useMutation(
    trpc.rooms.requestRestore.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        void queries.invalidateQueries({ queryKey: trpc.rooms.get.queryKey({ code: roomCode }) });
        void queries.invalidateQueries({ queryKey: trpc.rooms.history.queryKey({ code: roomCode }) });
      },
    }),
  );
  const submit = () => {
    if (reason.trim() !== '') request.mutate({ code: roomCode, pointCode, reason: reason.trim() });
  };
  return (
    <>
      <Button size="control" breaker="closed" onClick={() => setOpen(true)} data-testid="request-restore">
        {request.isSuccess ? t('restoreRequested') : t('requestRestore')}
      </Button>
      {open && (
        <FormDialog
          title={t('requestTitle', { code: roomCode })}
          description={t('requestWords')}
          submit={t('requestSend')}
          disabled={reason.trim() === '' || request.isPending}
          onSubmit={submit}
          onClose={() => setOpen(false)}
        >
          <TextField
            label={t('requestReason')}
            value={reason}
            maxLength={200}
            onChange={(event) => setReason(event.target.value)}
            error={request.error ? code('refusal', refusalOf(request.error).reason) : undefined}
          />
        </FormDialog>
      )}
    </>
  );
}
