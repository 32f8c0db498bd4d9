import { useTranslations } from 'next-intl';
import { useCallback } from 'react';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { useLang } from '../ui/useLang';
import type { DueRoom } from './balanceTypes';

/** Words for what stands between a room and its cut. */
export function useDueWords(): {
  rule: (due: DueRoom) => string;
  notBefore: (due: DueRoom) => string;
  moment: (at: number) => string;
} {
  const t = useTranslations('balances');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const moment = useCallback((at: number) => formatMoment(at, now, zone, lang, false), [now, zone, lang]);
  const rule = useCallback(
    ({ cut, protectionOwner }: DueRoom) => {
      if (cut.rule === 'NO_CUT_PERIOD') return t(`noCut.${cut.noCutKind ?? 'DAILY'}`);
      const words = t(`ruleWords.${cut.rule}`);
      return protectionOwner && cut.notBeforeMs === null
        ? t('ownerOf', { rule: words, owner: protectionOwner })
        : words;
    },
    [t],
  );
  const notBefore = useCallback(
    ({ cut }: DueRoom) =>
      cut.rule === 'CREDIT_USED_UP'
        ? t('dueNow')
        : cut.notBeforeMs !== null
          ? moment(cut.notBeforeMs)
          : t(cut.rule === 'STALE' || cut.rule === 'LOCKOUT' ? `waitsFor.${cut.rule}` : 'neverCut'),
    [t, moment],
  );
  return { rule, notBefore, moment };
}
