'use client';

import { useTranslations } from 'next-intl';
import { formatMoney } from '../ui/format';
import { formatDate } from '../ui/formatTime';
import { Glyph } from '../ui/glyphs';
import { useCampusZone } from '../ui/now';
import { useLang } from '../ui/useLang';
import { setUrlValues } from '../ui/useUrlValue';
import { energyWords } from './energyWords';
import type { MyUsage } from './meData';
import styles from './UsageDays.module.css';

/** The days of a span, newest first; each opens to its hours and charges. */
export function UsageDays({ usage }: { usage: MyUsage }) {
  const t = useTranslations('me');
  const lang = useLang();
  const zone = useCampusZone();
  const days = usage.bars.filter(({ quantityMicro }) => quantityMicro !== null).reverse();
  return (
    <section aria-label={t('days')} data-testid="days">
      <h2 className={styles.title}>{t('days')}</h2>
      {days.length === 0 && <p className="meta">{t('noCharges')}</p>}
      <ul>
        {days.map(({ startMs, quantityMicro, debitMicro }) => (
          <li key={startMs}>
            <button
              type="button"
              className={styles.row}
              onClick={() => setUrlValues({ step: 'day', at: String(startMs) })}
              data-testid="open-day"
            >
              <span>{formatDate(startMs, zone, lang, { weekday: true })}</span>
              <span className={styles.figures}>
                <b>{energyWords(usage.utility, quantityMicro!)}</b>
                <small>{formatMoney(debitMicro, { currency: usage.currency })}</small>
              </span>
              <Glyph name="next" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
