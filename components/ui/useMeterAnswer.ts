'use client';

import { useTranslations } from 'next-intl';
import { useCode } from './useCode';

/** Words of a meter's refusal. Meters have codes of their own; one without words is quoted as it came. */
export function useMeterAnswer(): (answer: string | null) => string {
  const t = useTranslations('commands');
  const code = useCode();
  return (answer) => {
    if (!answer) return t('refusedByMeter');
    const words = code('meterAnswer', answer);
    return words === answer ? t('meterCode', { code: answer }) : words;
  };
}
