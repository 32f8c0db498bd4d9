'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useConnection } from '../live/LiveProvider';
import styles from './ActDialog.module.css';
import { FormDialog } from './FormDialog';
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
  const live = useTranslations('live');
  const { state } = useConnection();
  const why = state === 'offline' ? live('controlOffline') : blockedBy;
  return (
    <FormDialog
      placement="panel"
      title={title}
      eyebrow={eyebrow}
      description={description}
      submit={submit}
      disabled={act.busy || why !== undefined}
      onSubmit={() => {
        if (why === undefined) onSubmit();
      }}
      onClose={onClose}
      testId={testId}
    >
      {children}
      {act.refused && (
        <p role="alert" className={styles.refused} data-testid="refused">
          {act.refused}
        </p>
      )}
      {why !== undefined && <p className="quiet">{why}</p>}
    </FormDialog>
  );
}

/** Two short fields beside each other; one under the other on a phone. */
export function FieldPair({ children }: { children: ReactNode }) {
  return <div className={styles.pair}>{children}</div>;
}
