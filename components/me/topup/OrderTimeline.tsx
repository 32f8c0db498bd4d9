'use client';

import { useTranslations } from 'next-intl';
import { formatMoneyText } from '../../ui/format';
import { formatAge, formatIso, formatTime } from '../../ui/formatTime';
import { Glyph } from '../../ui/glyphs';
import { useCampusZone } from '../../ui/now';
import { useCode } from '../../ui/useCode';
import { useLang } from '../../ui/useLang';
import styles from './OrderTimeline.module.css';
import type { Order } from './topUpData';

type Step = Order['timeline'][number]['step'];
export type StepState = 'done' | 'now' | 'later' | 'failed';

/** Steps that a payer follows; the order itself is no news. Supply has two more where it was off for lack of credit. */
export function stepsOf(order: Order): { step: Step; atMs: number | null; state: StepState }[] {
  const shown: Step[] =
    order.power === 'NOT_OFF' ? ['PAID', 'CREDITED'] : ['PAID', 'CREDITED', 'COMMAND_SENT', 'POWER_ON'];
  const over = order.state === 'CLOSED' || order.state === 'MISMATCH';
  let reached = true;
  return shown.map((step) => {
    const at = order.timeline.find((each) => each.step === step)?.at ?? null;
    const done = at !== null;
    const failed = !done && reached && (over || (order.power === 'FAILED' && order.receipt !== null));
    const state: StepState = done ? 'done' : failed ? 'failed' : reached ? 'now' : 'later';
    if (!done) reached = false;
    return { step, atMs: at === null ? null : Date.parse(at), state };
  });
}

/** Paid, credited, command sent, power measured: each with its time, and how long after the payment. */
export function OrderTimeline({ order }: { order: Order }) {
  const t = useTranslations('topup');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const steps = stepsOf(order);
  const paidMs = steps[0]?.atMs ?? null;
  const amount = formatMoneyText(order.amount, { currency: order.currency });
  return (
    <ol className={styles.steps} aria-label={t('progress')} data-testid="order-timeline">
      {steps.map(({ step, atMs, state }) => (
        <li key={step} data-step={step.toLowerCase()} data-state={state}>
          <span className={styles.dot}>
            {state === 'done' && <Glyph name="check" />}
            {state === 'failed' && <Glyph name="close" />}
          </span>
          <div>
            <b>{t(`steps.${step}.${state === 'done' ? 'done' : 'open'}`)}</b>
            <span className="meta">
              {step === 'PAID'
                ? t('paidBy', { method: code('channel', order.channel.toUpperCase()), amount })
                : t(`steps.${step}.${state === 'done' ? 'proof' : state}`, { tx: order.receipt?.txId ?? '' })}
            </span>
          </div>
          {atMs === null ? (
            <span className="visually-hidden">{t(`stepStates.${state}`)}</span>
          ) : (
            <time dateTime={formatIso(atMs, zone)}>
              {formatTime(atMs, zone)}
              {paidMs !== null && (
                <span className="meta">{t('after', { age: formatAge(atMs - paidMs, lang) })}</span>
              )}
            </time>
          )}
        </li>
      ))}
    </ol>
  );
}
