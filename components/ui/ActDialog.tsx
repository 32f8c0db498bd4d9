'use client';

import { useTranslations } from 'next-intl';
import { type FormEvent, type ReactNode, useId } from 'react';
import { useConnection } from '../live/LiveProvider';
import styles from './ActDialog.module.css';
import { Button } from './Button';
import { Dialog } from './Dialog';
import type { Act } from './useAct';

interface Props {
  title: ReactNode;
  eyebrow?: ReactNode;
  description?: ReactNode;
  /** What pressing the button does, in words. */
  submit: ReactNode;
  /** Why it can't be done now. */
  blockedBy?: string;
  act: Act;
  onSubmit: () => void;
  onClose: () => void;
  testId: string;
  children: ReactNode;
}

/** A form in a panel that asks for one act and says why it was refused. Nothing is sent while offline. */
export function ActDialog({
  title,
  eyebrow,
  description,
  submit,
  blockedBy,
  act,
  onSubmit,
  onClose,
  testId,
  children,
}: Props) {
  const common = useTranslations('common');
  const live = useTranslations('live');
  const form = useId();
  const { state } = useConnection();
  const why = state === 'offline' ? live('controlOffline') : blockedBy;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (why === undefined) onSubmit();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      placement="panel"
      title={title}
      eyebrow={eyebrow}
      description={description}
      testId={testId}
      actions={
        <>
          <Button
            type="submit"
            form={form}
            variant="primary"
            size="control"
            disabled={act.busy || why !== undefined}
          >
            {submit}
          </Button>
          <Button size="control" onClick={onClose}>
            {common('cancel')}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={send} noValidate>
        {children}
        {act.refused && (
          <p role="alert" className={styles.refused} data-testid="refused">
            {act.refused}
          </p>
        )}
        {why !== undefined && <p className="quiet">{why}</p>}
      </form>
    </Dialog>
  );
}

/** Two short fields beside each other; one under the other on a phone. */
export function FieldPair({ children }: { children: ReactNode }) {
  return <div className={styles.pair}>{children}</div>;
}
