'use client';

import { useTranslations } from 'next-intl';
import type { BulkCellState } from '../../domain/supply/bulkJob';
import { useRefusalWords } from '../supply/useRefusalWords';
import { LONG_DASH } from '../ui/format';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import { useMeterAnswer } from '../ui/useMeterAnswer';
import { AS_ASKED, type BulkCell } from './controlTypes';
import { RoomLink } from './RoomLink';

const SHOWN = 200;
/** On their way, or as asked. */
const FINE: ReadonlySet<BulkCellState> = new Set(AS_ASKED);
const RANK: Partial<Record<BulkCellState, number>> = {
  mismatch: 0,
  failed: 0,
  timeout: 0,
  expired: 0,
  blocked: 1,
  lifted: 2,
};

/** Points that did not come about, failures first, each with its reason. */
export function JobResults({ cells }: { cells: readonly BulkCell[] }) {
  const t = useTranslations('control');
  const words = useRefusalWords();
  const code = useCode();
  const meterWords = useMeterAnswer();
  const rank = ({ cell }: BulkCell) => RANK[cell] ?? 3;
  const rows = cells.filter(({ cell }) => !FINE.has(cell)).sort((a, b) => rank(a) - rank(b));
  const why = (cell: BulkCell): string => {
    if (cell.reason !== null) {
      const said = words(cell.reason);
      return cell.cell === 'lifted' && cell.reason !== 'HOLD_ONLY'
        ? t('job.stillOff', { words: said })
        : said;
    }
    if (cell.cell === 'failed') return meterWords(cell.resultCode);
    return cell.resultCode === null ? '' : code('commandEnd', cell.resultCode);
  };
  return (
    <Panel title={t('job.results')} testId="results">
      {rows.length === 0 ? (
        <EmptyState title={t('job.resultsNone')}>{t('job.resultsNoneWords')}</EmptyState>
      ) : (
        <Table
          caption={t('job.results')}
          rows={rows.slice(0, SHOWN)}
          rowKey={({ pointCode }) => pointCode}
          cards
          rowProps={(row) => ({
            'data-testid': 'result',
            'data-point': row.pointCode,
            'data-cell': row.cell,
            'data-reason': row.reason?.toLowerCase(),
          })}
          columns={[
            {
              key: 'point',
              header: t('job.point'),
              rowHeader: true,
              cell: (row) => (
                <>
                  <RoomLink space={row.space}>{row.space}</RoomLink>
                  <small>{row.pointCode}</small>
                </>
              ),
            },
            { key: 'cell', header: t('job.cell'), cell: (row) => t(`cell.${row.cell}`) },
            {
              key: 'why',
              header: t('job.why'),
              cell: (row) => (
                <>
                  {why(row) || LONG_DASH}
                  {row.protection === 'LIFE_SAFETY' && row.protectionOwner && (
                    <small>
                      {t('preview.owner', {
                        owner: row.protectionOwner,
                        phone: row.protectionPhone ?? LONG_DASH,
                      })}
                    </small>
                  )}
                </>
              ),
            },
          ]}
        />
      )}
      {rows.length > SHOWN && <p className="meta">{t('preview.more', { n: rows.length - SHOWN })}</p>}
    </Panel>
  );
}
