'use client';

import { useTranslations } from 'next-intl';
import { formatNumber, formatPower } from '../ui/format';
import { formatTime } from '../ui/formatTime';
import { Glyph } from '../ui/glyphs';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import styles from './Control.module.css';
import type { BulkJobDetail, BulkJobShown } from './controlTypes';

/** What consent to a job that waits would do now: how many points, what load, and how many people. */
export function JobDryRun({
  dryRun,
  direction,
}: {
  dryRun: NonNullable<BulkJobDetail['dryRun']>;
  direction: BulkJobShown['direction'];
}) {
  const t = useTranslations('control.job.dryRun');
  const preview = useTranslations('control.preview');
  const zone = useCampusZone();
  const cuts = direction === 'CUT';
  const figures = [
    ['switched', formatNumber(dryRun.switched)],
    ...(cuts
      ? [
          ['power', formatPower(dryRun.powerW)],
          ['held', formatNumber(dryRun.held)],
        ]
      : []),
    ['spaces', formatNumber(dryRun.spaces)],
    ['residents', formatNumber(dryRun.residents)],
    ['blocked', formatNumber(dryRun.blocked)],
    ['already', formatNumber(dryRun.already)],
  ] as [name: string, figure: string][];
  return (
    <Panel title={t('title', { time: formatTime(dryRun.asOfMs, zone) })} padded testId="job-dry-run">
      <div className={styles.form}>
        <dl className={styles.counts}>
          {figures.map(([name, figure]) => (
            <div key={name} data-figure={name}>
              <dt>{t(name, { direction })}</dt>
              <dd>{figure}</dd>
            </div>
          ))}
        </dl>
        <p>
          {dryRun.protected > 0 && <Glyph name="lock" />} {preview('protected', { n: dryRun.protected })}
        </p>
        {cuts && dryRun.unmeasured > 0 && <p>{t('unmeasured', { n: dryRun.unmeasured })}</p>}
        <p className="meta">{t('words')}</p>
      </div>
    </Panel>
  );
}
