'use client';

import { useTranslations } from 'next-intl';
import { formatMoney, formatPercent, MINUS } from '../ui/format';
import { formatDate } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { useLang } from '../ui/useLang';
import { energyRange, energyWords } from './energyWords';
import type { MyUsage } from './meData';
import styles from './UsageCompare.module.css';

/** Against the span before, up to the same point in it, and against rooms like this one. */
export function UsageCompare({ usage }: { usage: MyUsage }) {
  const t = useTranslations('me');
  const lang = useLang();
  const zone = useCampusZone();
  const { step, before, similar, totalMicro, endMs, asOfMs } = usage;
  const running = endMs > asOfMs;
  return (
    <section aria-label={t('compare')} data-testid="compare">
      <h2 className={styles.title}>{t('compare')}</h2>
      <dl className={styles.rows}>
        <div data-testid="compare-before">
          <dt>{t(`before.${step}${running ? '_SO_FAR' : ''}`)}</dt>
          <dd>
            {before ? (
              <>
                {energyWords(usage.utility, before.quantityMicro)},{' '}
                {formatMoney(before.debitMicro, { currency: usage.currency })}
                <small>
                  {before.firstMs > before.startMs
                    ? t('beforeSince', { date: formatDate(before.firstMs, zone, lang) })
                    : changeWords(totalMicro, before.quantityMicro, t)}
                </small>
              </>
            ) : (
              <small>{t('nothingBefore')}</small>
            )}
          </dd>
        </div>
        <div
          data-testid="compare-similar"
          data-rooms={similar?.rooms}
          data-middle={
            similar ? `${similar.lowMicro} ${similar.medianMicro} ${similar.highMicro}` : undefined
          }
        >
          <dt>{t('similar')}</dt>
          <dd>
            {similar ? (
              <>
                {energyWords(usage.utility, similar.medianMicro)}
                <small>
                  {t('similarWords', {
                    n: similar.rooms,
                    range: energyRange(usage.utility, similar.lowMicro, similar.highMicro),
                  })}{' '}
                  {changeWords(similar.ownMicro, similar.medianMicro, t)}
                </small>
              </>
            ) : (
              <small>{t('tooFewSimilar')}</small>
            )}
          </dd>
        </div>
      </dl>
    </section>
  );
}

function changeWords(now: bigint, other: bigint, t: ReturnType<typeof useTranslations<'me'>>): string {
  if (other <= 0n) return '';
  const percent = (Number(now - other) / Number(other)) * 100;
  if (Math.abs(percent) < 0.5) return t('same');
  const text = `${percent < 0 ? MINUS : '+'}${formatPercent(Math.abs(percent))}`;
  return t('yoursIs', { percent: text });
}
