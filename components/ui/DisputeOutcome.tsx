'use client';

import { useTranslations } from 'next-intl';
import type { Dispute } from './disputeTypes';
import { formatMoney } from './format';
import { formatDateTime } from './formatTime';
import { useCampusZone } from './now';
import { useCode } from './useCode';
import { useLang } from './useLang';

/** How a dispute was decided, by whom and why, and what came of it. */
export function DisputeOutcome({ dispute, currency }: { dispute: Dispute; currency: string }) {
  const t = useTranslations('disputes');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const { outcome, verdict } = dispute;
  if (!outcome || !verdict) return null;
  const money = (micro: bigint) => formatMoney(micro, { currency, decimals: 6 });
  const goodwillMicro = BigInt(outcome.goodwillMicro);
  return (
    <div data-testid="dispute-outcome">
      <p>
        {t('decidedBy', {
          verdict: code('disputeState', verdict),
          name: dispute.decidedBy ?? '',
          time: formatDateTime(dispute.decidedMs, zone, lang),
          reason: dispute.decisionReason ?? '',
        })}
      </p>
      <p>
        {goodwillMicro > 0n
          ? t('outcomeGoodwill', { amount: money(goodwillMicro) })
          : outcome.chargeId === null
            ? t('outcomeStays')
            : t('outcomeRerated', {
                before: money(dispute.disputedMicro),
                after: money(BigInt(outcome.amountMicro)),
              })}
      </p>
    </div>
  );
}
