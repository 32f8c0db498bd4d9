'use client';

import { useTranslations } from 'next-intl';
import { ProofView } from '../../../../components/rooms/ProofView';
import { Dialog } from '../../../../components/ui/Dialog';

/** The proof of one charge over the page of its day. */
export function ProofDialog({
  id,
  room,
  currency,
  onClose,
}: {
  id: string;
  room: string;
  currency: string;
  onClose: () => void;
}) {
  const t = useTranslations('rooms');
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      placement="panel"
      eyebrow={<span>{t('proofOf', { room })}</span>}
      title={t('proofTitle')}
      testId="proof-dialog"
    >
      <ProofView id={id} currency={currency} />
    </Dialog>
  );
}
