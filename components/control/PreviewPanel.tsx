'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useRefusalWords } from '../supply/useRefusalWords';
import { Button } from '../ui/Button';
import { formatNumber, formatPower, LONG_DASH } from '../ui/format';
import { formatTime } from '../ui/formatTime';
import { Glyph } from '../ui/glyphs';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import styles from './Control.module.css';
import type { BulkPreview, PreviewRow } from './controlTypes';

/** So many rows are drawn at most; the counts are of all. */
const SHOWN = 500;
/** So many of those of which nothing is to be said stand in the list before it is opened. */
const FIRST = 8;
const RANK: Record<PreviewRow['verdict'], number> = { BLOCKED: 0, ALREADY: 1, ELIGIBLE: 2 };
/** Reasons that keep a point off although a person's hold is lifted. */
const STAYS_OFF = new Set(['ARREARS', 'SAFETY', 'LOCAL_TRIP', 'SCHEDULE', 'LOADSHED', 'QUOTA']);

/** The dry run: how many, what draws power there now, and each point with what would happen, protected ones first. */
export function PreviewPanel({ preview }: { preview: BulkPreview }) {
  const t = useTranslations('control.preview');
  const code = useCode();
  const words = useRefusalWords();
  const zone = useCampusZone();
  const locked = (row: PreviewRow) => row.protection === 'LIFE_SAFETY';
  const rows = [...preview.rows].sort(
    (a, b) =>
      Number(locked(b)) - Number(locked(a)) ||
      RANK[a.verdict] - RANK[b.verdict] ||
      Number(b.reason !== null) - Number(a.reason !== null),
  );
  const [all, setAll] = useState(false);
  const isPlain = ({ verdict, reason }: PreviewRow) => verdict === 'ELIGIBLE' && reason === null;
  const special = rows.filter((row) => !isPlain(row));
  const shown = all
    ? rows.slice(0, SHOWN)
    : [...special, ...rows.filter(isPlain).slice(0, FIRST)].slice(0, SHOWN);
  const protectedCount = preview.rows.filter((row) => locked(row) && row.verdict === 'BLOCKED').length;
  const why = (row: PreviewRow): string => {
    if (row.reason === null) return '';
    const said = words(row.reason, row.facts);
    return row.verdict === 'ELIGIBLE' && STAYS_OFF.has(row.reason) ? t('staysOff', { words: said }) : said;
  };
  const figures = [
    ['selected', formatNumber(preview.selected)],
    ['eligible', formatNumber(preview.eligible)],
    ['blocked', formatNumber(preview.blocked)],
    ['already', formatNumber(preview.already)],
    ['power', formatPower(preview.powerW)],
  ] as const;
  return (
    <Panel title={t('title', { time: formatTime(preview.asOfMs, zone) })} padded testId="preview">
      <div className={styles.form}>
        <dl
          className={styles.counts}
          data-testid="preview-counts"
          data-selected={preview.selected}
          data-eligible={preview.eligible}
          data-blocked={preview.blocked}
          data-already={preview.already}
        >
          {figures.map(([name, figure]) => (
            <div key={name}>
              <dt>{t(name)}</dt>
              <dd>{figure}</dd>
            </div>
          ))}
        </dl>
        <p>
          {t('sum', {
            selected: preview.selected,
            eligible: preview.eligible,
            blocked: preview.blocked,
            already: preview.already,
          })}
        </p>
        <p data-testid="preview-protected">
          {protectedCount > 0 && <Glyph name="lock" />} {t('protected', { n: protectedCount })}
        </p>
        <Table
          caption={t('title', { time: formatTime(preview.asOfMs, zone) })}
          rows={shown}
          rowKey={({ point }) => point}
          cards
          rowProps={(row) => ({
            'data-testid': 'preview-row',
            'data-point': row.point,
            'data-verdict': row.verdict.toLowerCase(),
            'data-reason': row.reason?.toLowerCase(),
          })}
          columns={[
            {
              key: 'point',
              header: t('point'),
              rowHeader: true,
              cell: (row) => (
                <>
                  {row.space}
                  <small>{row.point}</small>
                </>
              ),
            },
            {
              key: 'verdict',
              header: t('verdict'),
              cell: (row) => (
                <>
                  {t(`would.${row.verdict}`)}
                  {row.reason !== null && <small>{why(row)}</small>}
                  {locked(row) && row.protectionOwner && (
                    <small>
                      {t('owner', { owner: row.protectionOwner, phone: row.protectionPhone ?? LONG_DASH })}
                    </small>
                  )}
                </>
              ),
            },
            {
              key: 'measured',
              header: t('measured'),
              width: '120px',
              cell: (row) => code('position', row.observed),
            },
            {
              key: 'load',
              header: t('load'),
              width: '110px',
              numeric: true,
              cell: (row) => (row.powerW === null ? LONG_DASH : formatPower(row.powerW, 'room')),
            },
          ]}
        />
        {!all && rows.length > shown.length && (
          <Button onClick={() => setAll(true)}>{t('all', { n: rows.length })}</Button>
        )}
        {all && rows.length > SHOWN && <p className="meta">{t('more', { n: rows.length - SHOWN })}</p>}
      </div>
    </Panel>
  );
}
