'use client';

import { useTranslations } from 'next-intl';
import { formatMoney } from '../ui/format';
import { formatDate } from '../ui/formatTime';
import { Glyph } from '../ui/glyphs';
import { useCampusZone } from '../ui/now';
import { useLang } from '../ui/useLang';
import { setUrlValues } from '../ui/useUrlValue';
import { addUp, down, nearest } from './addUp';
import { ENERGY_STEP_MICRO, energyWords } from './energyWords';
import type { MyUsage } from './meData';
import styles from './UsageDays.module.css';

/** Money is shown by the cent. */
const FEN_MICRO = 10_000n;

/** The days of a span, newest first; each opens to its hours and charges. Rounded so that they add up to the span's total. */
export function UsageDays({ usage }: { usage: MyUsage }) {
  const t = useTranslations('me');
  const lang = useLang();
  const zone = useCampusZone();
  const days = usage.bars.filter(({ quantityMicro }) => quantityMicro !== null).reverse();
  const step = ENERGY_STEP_MICRO[usage.utility];
  const energies = days.map(({ quantityMicro }) => quantityMicro!);
  const debits = days.map(({ debitMicro }) => debitMicro);
  const shownEnergies = addUp(energies, step, nearest(sumOf(energies), step));
  const shownDebits = addUp(debits, FEN_MICRO, down(sumOf(debits), FEN_MICRO));
  return (
    <section aria-label={t('days')} data-testid="days">
      <h2 className={styles.title}>{t('days')}</h2>
      {days.length === 0 && <p className="meta">{t('noCharges')}</p>}
      <ul>
        {days.map(({ startMs }, index) => (
          <li key={startMs}>
            <button
              type="button"
              className={styles.row}
              onClick={() => setUrlValues({ step: 'day', at: String(startMs) })}
              data-testid="open-day"
            >
              <span>{formatDate(startMs, zone, lang, { weekday: true })}</span>
              <span className={styles.figures}>
                <b>{energyWords(usage.utility, shownEnergies[index]!)}</b>
                <small>{formatMoney(shownDebits[index]!, { currency: usage.currency })}</small>
              </span>
              <Glyph name="next" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const sumOf = (parts: readonly bigint[]): bigint => parts.reduce((sum, part) => sum + part, 0n);
