'use client';

import { useTranslations } from 'next-intl';
import { formatMoney } from '../ui/format';
import { formatDate, formatTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { useLang } from '../ui/useLang';
import { energyWords } from './energyWords';
import type { MyUsage } from './meData';

const SHOWN = 5;

/** Each time without readings in words: nothing is estimated, and what it holds came with the next reading. */
export function UsageGaps({ usage }: { usage: MyUsage }) {
  const t = useTranslations('me');
  const lang = useLang();
  const zone = useCampusZone();
  const { gaps, step } = usage;
  if (gaps.length === 0) return null;
  const span = (fromMs: number, toMs: number) => {
    const time = `${formatTime(fromMs, zone, false)}–${formatTime(toMs, zone, false)}`;
    return step === 'DAY' ? time : `${formatDate(fromMs, zone, lang)} ${time}`;
  };
  return (
    <ul className="meta" data-testid="usage-gap-notes">
      {gaps.slice(0, SHOWN).map(({ fromMs, toMs, settled, quantityMicro, debitMicro }) => (
        <li key={fromMs} data-debit={debitMicro?.toString()}>
          {t(quantityMicro !== null ? 'gapCharged' : settled ? 'gapSettled' : 'gapOpen', {
            span: span(fromMs, toMs),
            energy: quantityMicro === null ? '' : energyWords(usage.utility, quantityMicro),
            amount: debitMicro === null ? '' : formatMoney(debitMicro, { currency: usage.currency }),
          })}
        </li>
      ))}
      {gaps.length > SHOWN && <li>{t('moreGaps', { n: gaps.length - SHOWN })}</li>}
    </ul>
  );
}
