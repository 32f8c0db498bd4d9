'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { classNames } from '../ui/classNames';
import { Panel } from '../ui/Panel';
import type { Health } from './adminTypes';
import styles from './ChecksPanel.module.css';
import { fixOf, useCheckWords } from './checkWords';

/** Where a check leads that holds, if it is not where it is put right. */
const PLACES_AT_REST = { GATEWAYS: 'check.GATEWAYS', LEDGER: 'open.JOBS' } as const;

/** One row per check, those that fail first; each failing row leads to where it is put right. */
export function ChecksPanel({ health }: { health: Health }) {
  const t = useTranslations('admin');
  const words = useCheckWords(health);
  return (
    <Panel title={t('checks')} meta={t('everyTenSeconds')} testId="checks">
      <ul className={styles.list}>
        {health.checks.map(({ code, state }) => (
          <li
            key={code}
            className={classNames(styles.row, state === 'FAILING' && styles.failing)}
            data-testid="check-row"
            data-check={code.toLowerCase()}
            data-state={state.toLowerCase()}
          >
            <span className={styles.state}>
              {state === 'FAILING' && <i aria-hidden="true">▲</i>}
              {t(`state.${state}`)}
            </span>
            <span className={styles.name}>
              <b>{t(`check.${code}`)}</b>
              <small>{state === 'FAILING' ? t(`fix.${code}`) : t(`meaning.${code}`)}</small>
            </span>
            <span className={styles.figure}>{words[code]}</span>
            <Link
              href={fixOf(code, health)}
              className={styles.link}
              data-testid={state === 'FAILING' ? 'fix-link' : 'check-link'}
              // A plain page of the server, not one of ours.
              prefetch={false}
            >
              {state !== 'FAILING' && code in PLACES_AT_REST
                ? t(PLACES_AT_REST[code as keyof typeof PLACES_AT_REST])
                : t(`open.${code}`)}
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
