'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { OWN_LIMIT_LEAST_W, ownLimitFault } from '../../domain/supply/ownLimit';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { useOffline } from '../live/useOffline';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { FormDialog } from '../ui/FormDialog';
import { formatPower } from '../ui/format';
import { useCode } from '../ui/useCode';

/** Sets another load limit, up to the cap of staff, or takes the own one off. */
export function OwnLimitDialog({
  room,
  pointCode,
  capW,
  inForceW,
  hasOwn,
  waits,
  onClose,
}: {
  room: string;
  pointCode: string;
  capW: number;
  inForceW: number;
  hasOwn: boolean;
  /** A change is on its way: another has to wait for it. */
  waits: boolean;
  onClose: () => void;
}) {
  const t = useTranslations('me.ownLimit');
  const code = useCode();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const offline = useOffline();
  const [watts, setWatts] = useState(String(inForceW));
  const [reason, setReason] = useState('');
  const limitW = watts === '' ? Number.NaN : Number(watts);
  const fault = ownLimitFault(limitW, capW);
  const send = useMutation(
    trpc.me.setLimit.mutationOptions({
      onSuccess: onClose,
      onSettled: () => void queries.invalidateQueries({ queryKey: trpc.me.home.queryKey({ room }) }),
    }),
  );
  const ask = (to: number | null) =>
    send.mutate({ room, pointCode, limitW: to, reason: reason.trim() === '' ? null : reason.trim() });
  const barred = send.isPending || offline || waits;
  const range = { least: formatPower(OWN_LIMIT_LEAST_W, 'room'), cap: formatPower(capW, 'room') };
  return (
    <FormDialog
      title={t('title')}
      description={t('dialogWords', range)}
      size="phone"
      submit={t('send')}
      submitTestId="own-limit-send"
      disabled={barred || fault !== null}
      more={
        hasOwn && (
          <Button size="phone" disabled={barred} onClick={() => ask(null)} data-testid="own-limit-off">
            {t('takeOff')}
          </Button>
        )
      }
      onSubmit={() => {
        if (!fault) ask(limitW);
      }}
      onClose={onClose}
      testId="own-limit-dialog"
    >
      <Field
        label={t('limit')}
        hint={t('range', range)}
        inputMode="numeric"
        value={watts}
        onChange={(event) => setWatts(event.target.value.trim())}
        error={
          fault
            ? t(`fault.${fault}`, range)
            : waits
              ? code('refusal', 'LIMIT_UNDER_WAY')
              : send.error
                ? code('refusal', refusalOf(send.error).reason)
                : undefined
        }
      />
      <Field
        label={t('reason')}
        value={reason}
        maxLength={200}
        onChange={(event) => setReason(event.target.value)}
      />
    </FormDialog>
  );
}
