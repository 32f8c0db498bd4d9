'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { DISPUTE_REASONS } from '../../domain/credit/disputes';
import { refusalOf } from '../live/refusal';
import { useTRPC, useTRPCClient } from '../live/trpc';
import { Button } from '../ui/Button';
import { DisputeOutcome } from '../ui/DisputeOutcome';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { useCode } from '../ui/useCode';
import { useDisputeReason } from '../ui/useDisputeReason';
import { useLang } from '../ui/useLang';
import styles from './ContestCharge.module.css';

/** Under a charge's proof: what became of an objection to it, or one tap to raise one. */
export function ContestCharge({ chargeId, currency }: { chargeId: string; currency: string }) {
  const t = useTranslations('disputes');
  const reasonWords = useDisputeReason();
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const { data } = useQuery(trpc.disputes.ofCharge.queryOptions({ chargeId }));
  if (data === undefined) return null;

  const act = async (run: () => Promise<unknown>) => {
    setBusy(true);
    setRefused(null);
    try {
      await run();
      await queries.invalidateQueries({ queryKey: trpc.disputes.ofCharge.queryKey({ chargeId }) });
    } catch (error) {
      setRefused(code('refusal', refusalOf(error).reason));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section
      className={styles.contest}
      data-testid="contest"
      data-state={data?.state.toLowerCase() ?? 'none'}
    >
      <h3>{t('title')}</h3>
      {data ? (
        <>
          <p>
            <b>{code('disputeState', data.verdict ?? data.state)}</b> · {reasonWords(data.reason)}
          </p>
          {data.verdict === null ? (
            <p className="meta">{t('waiting', { time: formatDateTime(data.dueMs, zone, lang) })}</p>
          ) : (
            <DisputeOutcome dispute={data} currency={currency} />
          )}
          {data.verdict !== null && data.state !== 'CLOSED' && (
            <Button
              size="small"
              disabled={busy}
              onClick={() => void act(() => client.disputes.close.mutate({ id: data.id }))}
            >
              {t('understood')}
            </Button>
          )}
        </>
      ) : (
        <>
          <p className="meta">{t('words')}</p>
          <div className={styles.reasons}>
            {DISPUTE_REASONS.map((reason) => (
              <Button
                key={reason}
                size="small"
                disabled={busy}
                data-testid="contest-reason"
                onClick={() => void act(() => client.disputes.open.mutate({ chargeId, reason }))}
              >
                {reasonWords(reason)}
              </Button>
            ))}
          </div>
        </>
      )}
      {refused && (
        <p role="alert" data-testid="contest-refused">
          {refused}
        </p>
      )}
    </section>
  );
}
