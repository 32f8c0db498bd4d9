'use client';

import { useTranslations } from 'next-intl';
import { Button } from './Button';
import { Dialog } from './Dialog';

interface Props {
  title: string;
  /** What the act means for others. */
  words: string;
  /** Label of the button that does it. */
  confirm: string;
  busy: boolean;
  /** Why it was refused, in words; null: it was not. */
  refusal: string | null;
  onConfirm: () => void;
  onClose: () => void;
  testId: string;
}

/** Asks once more before an act that others feel at once. */
export function ConfirmDialog({ title, words, confirm, busy, refusal, onConfirm, onClose, testId }: Props) {
  const common = useTranslations('common');
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={words}
      testId={testId}
      actions={
        <>
          <Button variant="primary" size="control" disabled={busy} onClick={onConfirm}>
            {confirm}
          </Button>
          <Button size="control" onClick={onClose}>
            {common('cancel')}
          </Button>
        </>
      }
    >
      {refusal !== null && <p role="alert">{refusal}</p>}
    </Dialog>
  );
}
