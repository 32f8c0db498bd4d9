'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { useCode } from '../ui/useCode';
import type { ApiKey } from './KeysPage';

/** Asks once more, since whoever uses the key stops working at once. */
export function RevokeKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const t = useTranslations('keys');
  const common = useTranslations('common');
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
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('revokeTitle', { name: apiKey.name })}
      description={t('revokeWords')}
      testId="revoke-key"
      actions={
        <>
          <Button
            variant="primary"
            size="control"
            disabled={revoke.isPending}
            onClick={() => revoke.mutate({ id: apiKey.id })}
          >
            {t('revoke')}
          </Button>
          <Button size="control" onClick={onClose}>
            {common('cancel')}
          </Button>
        </>
      }
    >
      {revoke.error && <p role="alert">{code('refusal', refusalOf(revoke.error).reason)}</p>}
    </Dialog>
  );
}
