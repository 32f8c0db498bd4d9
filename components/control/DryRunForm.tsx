'use client';

import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Button } from '../ui/Button';
import { Panel } from '../ui/Panel';
import styles from './Control.module.css';

/** The first step of what switches many points: what is filled in, and a button that runs it dry. */
export function DryRunForm<Ask>({
  title,
  testId,
  ask,
  run,
  children,
}: {
  title: string;
  testId: string;
  /** What is asked for; null while something is missing. */
  ask: Ask | null;
  run: { readonly data: unknown; readonly isPending: boolean; readonly mutate: (ask: Ask) => void };
  children: ReactNode;
}) {
  const t = useTranslations('control.form');
  return (
    <Panel title={title} padded>
      <form
        className={styles.form}
        data-testid={testId}
        onSubmit={(event) => {
          event.preventDefault();
          if (ask) run.mutate(ask);
        }}
      >
        {children}
        <Button
          type="submit"
          size="control"
          variant={run.data ? 'plain' : 'primary'}
          disabled={ask === null || run.isPending}
          data-testid="dry-run"
        >
          {t(run.data ? 'again' : 'dryRun')}
        </Button>
      </form>
    </Panel>
  );
}
