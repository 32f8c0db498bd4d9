'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '../ui/Button';
import { LONG_DASH } from '../ui/format';
import { formatTimeLeft } from '../ui/formatTime';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { type Column, Table } from '../ui/Table';
import { useLang } from '../ui/useLang';
import type { DueRoom } from './balanceTypes';
import styles from './DueList.module.css';
import { useDueWords } from './dueWords';
import { useName } from './roomWords';

const SHOWN = 6;

/** Rooms under 24 h by time of running out, each with the rule that stands before a cut. */
export function DueList({ due, onSelect }: { due: readonly DueRoom[]; onSelect: (room: DueRoom) => void }) {
  const t = useTranslations('balances');
  const lang = useLang();
  const nameOf = useName();
  const words = useDueWords();
  const [all, setAll] = useState(false);
  const rows = all ? due : due.slice(0, SHOWN);
  const columns: Column<DueRoom>[] = [
    {
      key: 'room',
      header: t('room'),
      rowHeader: true,
      cell: (room) => (
        <button type="button" className={styles.room} onClick={() => onSelect(room)}>
          {nameOf(room)}
        </button>
      ),
    },
    {
      key: 'left',
      header: t('timeLeft'),
      width: '14%',
      numeric: true,
      cell: (room) => (room.timeLeftMs === 0 ? t('usedUp') : formatTimeLeft(room.timeLeftMs, lang)),
    },
    {
      key: 'out',
      header: t('runsOut'),
      width: '12%',
      numeric: true,
      cell: (room) => words.moment(room.runsOutMs),
    },
    {
      key: 'cut',
      header: t('notBefore'),
      width: '17%',
      numeric: true,
      cell: (room) =>
        room.cut.rule === 'FINAL_NOTICE' ? <b>{words.notBefore(room)}</b> : words.notBefore(room),
    },
    { key: 'rule', header: t('rule'), width: '27%', cell: (room) => words.rule(room) },
    {
      key: 'notice',
      header: t('lastNotice'),
      width: '12%',
      numeric: true,
      cell: (room) => (
        <span className="quiet">
          {room.lastNoticeMs === null ? LONG_DASH : words.moment(room.lastNoticeMs)}
        </span>
      ),
    },
  ];
  return (
    <Panel
      title={t('due')}
      meta={due.length > 0 && t('dueMeta', { shown: rows.length, n: due.length })}
      actions={
        due.length > SHOWN && (
          <Button size="small" variant="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t('showLess') : t('showAll', { n: due.length })}
          </Button>
        )
      }
      testId="due-list"
    >
      {due.length === 0 ? (
        <EmptyState title={t('emptyDueTitle')}>{t('emptyDueWords')}</EmptyState>
      ) : (
        <Table
          caption={t('due')}
          columns={columns}
          rows={rows}
          rowKey={(room) => room.space}
          rowProps={(room) => ({ 'data-testid': 'due-row', 'data-rule': room.cut.rule.toLowerCase() })}
          cards
        />
      )}
    </Panel>
  );
}
