'use client';

import { useTranslations } from 'next-intl';
import { Button } from '../ui/Button';
import { Glyph } from '../ui/glyphs';
import styles from './MonthSwitch.module.css';
import { addMonths, useQuotaDates } from './quotaDates';

interface Props {
  /** `YYYY-MM`. */
  month: string;
  /** The last month that can be looked at. */
  last: string;
  onChange: (month: string) => void;
}

/** One month back or on; the month shown between. */
export function MonthSwitch({ month, last, onChange }: Props) {
  const t = useTranslations('quota');
  const dates = useQuotaDates();
  const before = addMonths(month, -1);
  const after = addMonths(month, 1);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a legend and its own box
    <div className={styles.months} role="group" aria-label={t('month')} data-testid="month-switch">
      <Button
        aria-label={t('previousMonth', { month: dates.month(before) })}
        onClick={() => onChange(before)}
      >
        <Glyph name="back" />
      </Button>
      <b aria-live="polite">{dates.month(month)}</b>
      <Button
        aria-label={t('nextMonth', { month: dates.month(after) })}
        onClick={() => onChange(after)}
        disabled={month >= last}
      >
        <Glyph name="next" />
      </Button>
    </div>
  );
}
