'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { ConfirmDialog } from '../ui/ConfirmDialog';
import { useCode } from '../ui/useCode';
import type { ApiKey } from './KeysPage';

/** Asks once more, since whoever uses the key stops working at once. */
export function RevokeKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const t = useTranslations('keys');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const code = useCode();
  const revoke = useMutation(
    trpc.keys.revoke.mutationOptions({
      onSuccess: () => {
        void queries.invalidateQueries({ queryKey: trpc.keys.list.queryKey() });
        onClose();
      },
    }),
  );
  return (
    <ConfirmDialog
      title={t('revokeTitle', { name: apiKey.name })}
      words={t('revokeWords')}
      confirm={t('revoke')}
      busy={revoke.isPending}
      refusal={revoke.error ? code('refusal', refusalOf(revoke.error).reason) : null}
      onConfirm={() => revoke.mutate({ id: apiKey.id })}
      onClose={onClose}
      testId="revoke-key"
    />
  );
}
