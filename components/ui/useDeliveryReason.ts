'use client';

import { useTranslations } from 'next-intl';
import { useCode } from './useCode';

/** An answer that a receiver gave: who, and its number or word. */
const ANSWER = /^([A-Z]+)_(.+)$/;

/** Words of why a message failed, waits or was left out. */
export function useDeliveryReason(): (reason: string) => string {
  const t = useTranslations('codes.deliveryAnswer');
  const code = useCode();
  return (reason) => {
    const words = code('deliveryReason', reason);
    const [, who = '', answer = ''] = ANSWER.exec(reason) ?? [];
    return words === reason && t.has(who) ? t(who, { answer }) : words;
  };
}
