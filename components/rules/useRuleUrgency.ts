'use client';

import { useTranslations } from 'next-intl';
import { actWithinMs } from '../../domain/alarms/alarmCatalogue';
import { formatSpan } from '../ui/formatTime';
import { useLang } from '../ui/useLang';
import type { RuleShown } from './ruleTypes';

/** How urgent a rule's alarms are, and by when somebody should act: of one that may be graver, both. */
export function useRuleUrgency(): (rule: RuleShown) => { priority: string; within: string } {
  const t = useTranslations('rules');
  const lang = useLang();
  return ({ priority, raisedTo, actWithinMs: own }) => {
    const within = formatSpan(own, lang);
    if (raisedTo === null) return { priority, within };
    const sooner = formatSpan(actWithinMs(raisedTo), lang);
    return {
      priority: t('either', { first: raisedTo, second: priority }),
      within: sooner === within ? within : t('either', { first: sooner, second: within }),
    };
  };
}
