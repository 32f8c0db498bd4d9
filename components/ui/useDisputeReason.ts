import { useTranslations } from 'next-intl';
import { DISPUTE_REASONS } from '../../domain/credit/disputes';

/** Words for why a charge is contested: a reason of ours in the reader's language, anything else as it was written. */
export function useDisputeReason(): (reason: string) => string {
  const t = useTranslations('disputes.reasons');
  return (reason) => {
    const known = DISPUTE_REASONS.find((one) => one === reason);
    return known ? t(known) : reason;
  };
}
