'use client';

import { useTranslations } from 'next-intl';
import type { BulkCellState } from '../../domain/supply/bulkJob';
import { formatNumber } from '../ui/format';
import { Panel } from '../ui/Panel';
import { AS_ASKED, type BulkCell } from './controlTypes';
import styles from './JobMatrix.module.css';
import { RoomLink } from './RoomLink';

/** Order of the legend: the way of a point, then what took it off that way. */
const ORDER: readonly BulkCellState[] = [
  ...AS_ASKED,
  'lifted',
  'already',
  'blocked',
  'mismatch',
  'failed',
  'timeout',
  'expired',
  'superseded',
  'cancelled',
];

/** Told apart without colour: a mark for each state. */
const MARKS: Record<BulkCellState, string> = {
  approval: '?',
  planned: '·',
  pending: '…',
  sent: '›',
  acked: '»',
  verified: '✓',
  lifted: '∅',
  already: '=',
  blocked: '⊘',
  mismatch: '≠',
  failed: '×',
  timeout: '!',
  expired: '⌛',
  superseded: '~',
  cancelled: '–',
};

/** One cell per point in the order of sending, and how many are in each state; the counts sum to all. */
export function JobMatrix({ cells }: { cells: readonly BulkCell[] }) {
  const t = useTranslations('control');
  const counts = new Map<BulkCellState, number>();
  for (const { cell } of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  return (
    <Panel title={t('job.matrix')} meta={t('job.matrixMeta', { n: cells.length })} padded testId="matrix">
      <ul className={styles.legend} aria-live="polite">
        {ORDER.filter((state) => counts.has(state)).map((state) => (
          <li key={state} data-testid="cell-count" data-state={state} data-n={counts.get(state)}>
            <i data-cell={state} aria-hidden="true">
              {MARKS[state]}
            </i>
            {t(`cell.${state}`)} <b>{formatNumber(counts.get(state) ?? 0)}</b>
          </li>
        ))}
      </ul>
      <ul className={styles.cells}>
        {cells.map((cell) => (
          <li key={cell.pointCode}>
            <RoomLink
              space={cell.space}
              data-testid="cell"
              data-point={cell.pointCode}
              data-cell={cell.cell}
              title={t('job.cellLabel', { room: cell.space, state: t(`cell.${cell.cell}`) })}
            >
              <span aria-hidden="true">{MARKS[cell.cell]}</span>
              <small>{cell.space}</small>
              <span className="visually-hidden">
                {t('job.cellLabel', { room: cell.space, state: t(`cell.${cell.cell}`) })}
              </span>
            </RoomLink>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
