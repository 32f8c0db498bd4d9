'use client';

import { useTranslations } from 'next-intl';
import { ButtonLink } from '../ui/Button';
import { formatMoney } from '../ui/format';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './Control.module.css';
import type { DraftReplay } from './controlTypes';
import { RoomLink } from './RoomLink';

const SHOWN = 500;

/** What a draft changes: the sums, and every cut with the rule that decides. */
export function ReplayResult({ data, csv }: { data: DraftReplay; csv: string }) {
  const t = useTranslations('control.replay');
  const balances = useTranslations('balances');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const time = (ms: number | null) => formatDateTime(ms, zone, lang);
  const { counts, cuts, floatMicro } = data;
  const left = Object.entries(data.leftOut);
  return (
    <Panel
      title={t('result', {
        avoided: counts.AVOIDED,
        delayed: counts.DELAYED,
        earlier: counts.EARLIER,
        added: counts.NEW,
      })}
      meta={t('span', { from: time(data.fromMs), to: time(data.toMs) })}
      actions={
        <ButtonLink size="small" href={csv} download>
          {t('csv')}
        </ButtonLink>
      }
      testId="replay-result"
    >
      <div className={styles.padded}>
        <p data-testid="replay-float">
          {floatMicro === null
            ? t('floatHidden')
            : t('float', { amount: formatMoney(BigInt(floatMicro), { currency: data.currency }) })}
        </p>
        <p className="quiet">{t('limits')}</p>
        {counts.UNEXPLAINED > 0 && <p className="quiet">{t('unexplained', { n: counts.UNEXPLAINED })}</p>}
        {left.map(([reason, n]) => (
          <p key={reason} className="quiet">
            {t(`leftOut.${reason as keyof DraftReplay['leftOut']}`, { n: n ?? 0 })}
          </p>
        ))}
      </div>
      {cuts.length === 0 ? (
        <EmptyState title={t('none')}>{t('noneWords')}</EmptyState>
      ) : (
        <Table
          caption={t('caption')}
          rows={cuts.slice(0, SHOWN)}
          rowKey={(cut) => String(cuts.indexOf(cut))}
          density="roomy"
          cards
          rowProps={(cut) => ({ 'data-testid': 'replayed', 'data-kind': cut.kind.toLowerCase() })}
          columns={[
            {
              key: 'place',
              header: t('place'),
              rowHeader: true,
              cell: (cut) =>
                cut.space === null ? (
                  <span className="quiet">{t('masked')}</span>
                ) : (
                  <RoomLink space={cut.space}>{cut.space}</RoomLink>
                ),
            },
            { key: 'kind', header: t('outcome'), cell: (cut) => t(`kinds.${cut.kind}`) },
            { key: 'cut', header: t('cutAt'), cell: (cut) => time(cut.cutMs) },
            { key: 'draft', header: t('draftAt'), cell: (cut) => time(cut.draftMs) },
            {
              key: 'rule',
              header: t('rule'),
              cell: (cut) =>
                cut.noCutKind === null
                  ? code('disconnectRule', cut.rule)
                  : balances(`noCut.${cut.noCutKind}`),
            },
          ]}
        />
      )}
      {cuts.length > SHOWN && <p className="quiet">{t('more', { n: cuts.length - SHOWN })}</p>}
    </Panel>
  );
}
