'use client';

import { useTranslations } from 'next-intl';
import { Dialog } from '../ui/Dialog';
import { ProofView } from './ProofView';

/** The proof of one charge over the page that lists it. */
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
