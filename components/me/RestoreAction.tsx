'use client';

import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTRPC } from '../live/trpc';
import { Button, ButtonLink } from '../ui/Button';
import { formatMoney } from '../ui/format';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { useLang } from '../ui/useLang';
import type { Standing, StandingPoint } from './meData';
import styles from './RestoreAction.module.css';
import { Refusal, useAfterwards } from './useStanding';

/** The one thing that a resident can do so that power comes back at a point: by the rules that the engine decides by. */
export function RestoreAction({
  room,
  standing,
  pointCode,
}: {
  room: string;
  /** Undefined: not known yet. */
  standing: Standing | undefined;
  pointCode: string;
}) {
  const point = standing?.points.find(({ code }) => code === pointCode);
  if (!standing || !point) return null;
  return <Act room={room} point={point} currency={standing.currency} />;
}

function Act({
  room,
  point,
  currency,
}: {
  room: string;
  point: StandingPoint;
  currency: Standing['currency'];
}) {
  const t = useTranslations('me.restore');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const { act, amountMicro, fromMs, rule } = point.next;
  switch (act) {
    case 'TOP_UP':
      return (
        <div className={styles.act} data-testid="restore" data-act="top_up">
          {amountMicro !== null && (
            <p>{t('topUpLeast', { amount: formatMoney(amountMicro, { currency }) })}</p>
          )}
          <ButtonLink href="/me/topup" variant="primary" size="phone" wide>
            {t('topUp')}
          </ButtonLink>
        </div>
      );
    case 'CONFIRM_RESTORE':
      return <Confirm room={room} point={point} />;
    case 'CONTINUE':
      return <Continue room={room} />;
    case 'WAIT':
    case 'ASK_STAFF':
    case 'ON_SITE':
      return (
        <p className={styles.note} data-testid="restore" data-act={act.toLowerCase()}>
          {t(rule === 'UNDER_WAY' || rule === 'METER_MOVED' ? rule : act)}
          {fromMs !== null &&
            ` ${t(rule === 'METER_MOVED' ? 'byItself' : 'from', { time: formatMoment(fromMs, now, zone, lang, false) })}`}
        </p>
      );
    case 'NONE':
      return null;
  }
}

/** Presence and unplugged appliances are confirmed by a tick before the button asks. */
function Confirm({ room, point }: { room: string; point: StandingPoint }) {
  const t = useTranslations('me.restore');
  const trpc = useTRPC();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const [ready, setReady] = useState(false);
  const { offline, settled } = useAfterwards(room);
  const confirm = useMutation(trpc.credit.confirmRestore.mutationOptions({ onSettled: settled }));
  const { fromMs, confirmationsLeft } = point.next;
  const early = fromMs !== null && fromMs > now;
  return (
    <div className={styles.act} data-testid="restore" data-act="confirm_restore">
      <label className={styles.check}>
        <input type="checkbox" checked={ready} onChange={(event) => setReady(event.target.checked)} />
        <span>{t('ready')}</span>
      </label>
      <Button
        variant="primary"
        size="phone"
        wide
        disabled={!ready || early || offline || confirm.isPending}
        onClick={() => confirm.mutate({ room, pointCode: point.code })}
        data-testid="confirm-restore"
      >
        {confirm.isPending || confirm.isSuccess ? t('asked') : t('ask')}
      </Button>
      <p className="meta" role="status">
        <Refusal error={confirm.error} />
        {early && fromMs !== null && `${t('from', { time: formatMoment(fromMs, now, zone, lang, false) })} `}
        {point.next.rule === 'TRIP_REFUTED' && t('refuted')}
        {point.next.rule === 'AFTER_TRIP' && t('left', { n: confirmationsLeft })}
      </p>
    </div>
  );
}

/** After the early trip of a two-stage policy: the rest of the credit is used only once the resident says so. */
function Continue({ room }: { room: string }) {
  const t = useTranslations('me.restore');
  const trpc = useTRPC();
  const { offline, settled } = useAfterwards(room);
  const go = useMutation(trpc.credit.continueAfterTrip.mutationOptions({ onSettled: settled }));
  return (
    <div className={styles.act} data-testid="restore" data-act="continue">
      <p>{t('continueWords')}</p>
      <Button
        variant="primary"
        size="phone"
        wide
        disabled={offline || go.isPending}
        onClick={() => go.mutate({ room })}
        data-testid="continue"
      >
        {go.isPending || go.isSuccess ? t('asked') : t('continue')}
      </Button>
      <p className="meta" role="status">
        <Refusal error={go.error} />
      </p>
    </div>
  );
}
