'use client';

import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import { Button } from '../ui/Button';
import { LONG_DASH } from '../ui/format';
import { formatTimeLeft } from '../ui/formatTime';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { type Column, Table } from '../ui/Table';
import { useLang } from '../ui/useLang';
import { useName } from '../ui/useName';
import type { BalanceOverview, DueRoom } from './balanceTypes';
import styles from './DueList.module.css';
import { useDueWords } from './dueWords';

const SHOWN = 6;

/**
 * Rooms that run out within 24 h, in two groups, each by time of running out: those that will be cut in that time, the same
 * that the headline counts, and those before whose cut something stands for longer.
 */
export function DueList({
  due,
  outlook,
  onSelect,
}: Pick<BalanceOverview, 'due' | 'outlook'> & { onSelect: (room: DueRoom) => void }) {
  const t = useTranslations('balances');
  const lang = useLang();
  const nameOf = useName();
  const words = useDueWords();
  const [all, setAll] = useState(false);
  const rooms = [...due.cut, ...due.notCut];
  const rows = all ? rooms : rooms.slice(0, SHOWN);
  const heads = new Map<string, ReactNode>();
  const [firstCut, firstNotCut] = [due.cut[0], due.notCut[0]];
  if (firstCut) heads.set(firstCut.space, t('dueCut', { n: due.cut.length }));
  if (firstNotCut) heads.set(firstNotCut.space, t('dueNotCut', { n: due.notCut.length, ...outlook }));
  const columns: Column<DueRoom>[] = [
    {
      key: 'room',
      header: t('room'),
      rowHeader: true,
      width: '16%',
      cell: (room) => (
        <button type="button" className={styles.room} onClick={() => onSelect(room)}>
          {nameOf(room)}
        </button>
      ),
    },
    {
      key: 'left',
      header: t('timeLeft'),
      width: '108px',
      numeric: true,
      cell: (room) => (room.timeLeftMs === 0 ? t('usedUp') : formatTimeLeft(room.timeLeftMs, lang)),
    },
    {
      key: 'out',
      header: t('runsOut'),
      width: '136px',
      numeric: true,
      cell: (room) => words.moment(room.runsOutMs),
    },
    {
      key: 'cut',
      header: t('notBefore'),
      width: '134px',
      numeric: true,
      cell: (room) => (due.cut.includes(room) ? <b>{words.notBefore(room)}</b> : words.notBefore(room)),
    },
    {
      key: 'rule',
      header: t('rule'),
      cell: (room) => <span className={styles.rule}>{words.rule(room)}</span>,
    },
    {
      key: 'notice',
      header: t('lastNotice'),
      width: '104px',
      numeric: true,
      cell: (room) => (
        <span className="quiet">
          {room.lastNoticeMs === null ? LONG_DASH : words.moment(room.lastNoticeMs)}
          {room.cut.noticeGiven && <small>{t('finalNotice')}</small>}
        </span>
      ),
    },
  ];
  return (
    <Panel
      title={t('due')}
      meta={rooms.length > 0 && t('dueMeta', { shown: rows.length, n: rooms.length })}
      actions={
        rooms.length > SHOWN && (
          <Button size="small" variant="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t('showLess') : t('showAll', { n: rooms.length })}
          </Button>
        )
      }
      testId="due-list"
    >
      {rooms.length === 0 ? (
        <EmptyState title={t('emptyDueTitle')}>{t('emptyDueWords')}</EmptyState>
      ) : (
        <Table
          caption={t('due')}
          columns={columns}
          rows={rows}
          rowKey={(room) => room.space}
          heads={heads}
          className={styles.table}
          rowProps={(room) => ({
            'data-testid': 'due-row',
            'data-rule': room.cut.rule.toLowerCase(),
            'data-cut': String(due.cut.includes(room)),
          })}
          cards
        />
      )}
    </Panel>
  );
}
