'use client';

import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { formatMoney, formatOwed } from '../ui/format';
import { formatDate } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { useLang } from '../ui/useLang';
import { creditState } from './creditState';
import type { Standing } from './meData';
import styles from './RestoreAction.module.css';
import { Refusal, useAfterwards } from './useStanding';

/**
 * An advance once credit is nearly gone, by a tap alone; while one runs, what is owed; and where credit is nearly gone again in
 * the same month, from when there is another.
 */
export function EmergencyCredit({ room, standing }: { room: string; standing: Standing | undefined }) {
  const t = useTranslations('me.emergency');
  const trpc = useTRPC();
  const { offline, settled } = useAfterwards(room);
  const take = useMutation(trpc.credit.takeEmergencyCredit.mutationOptions({ onSettled: settled }));
  const credit = standing?.emergencyCredit;
  const state = creditState(standing);
  if (!credit || !state) return null;
  const money = (micro: string) => formatMoney(micro, { currency: standing.currency });
  return (
    <section className={styles.act} data-testid="emergency-credit" data-state={state.toLowerCase()}>
      {state === 'TAKEN' ? (
        <Taken nextFromMs={credit.nextFromMs!} />
      ) : (
        <>
          <p>
            <b>
              {state === 'OFFERED'
                ? t('offer', { amount: money(credit.limitMicro) })
                : t('owed', { amount: formatOwed(credit.owedMicro, { currency: standing.currency }) })}
            </b>
          </p>
          <p className={styles.note}>
            {state === 'OFFERED' ? t('terms') : t('left', { amount: money(credit.headroomMicro) })}
          </p>
        </>
      )}
      {state === 'OFFERED' && (
        <Button
          size="control"
          wide
          disabled={offline || take.isPending}
          onClick={() => take.mutate({ room })}
          data-testid="take-emergency-credit"
        >
          {t('take', { amount: money(credit.limitMicro) })}
        </Button>
      )}
      <p className="meta" role="status">
        <Refusal error={take.error} />
      </p>
    </section>
  );
}

function Taken({ nextFromMs }: { nextFromMs: number }) {
  const t = useTranslations('me.emergency');
  const lang = useLang();
  const zone = useCampusZone();
  return <p className={styles.note}>{t('taken', { date: formatDate(nextFromMs, zone, lang) })}</p>;
}
