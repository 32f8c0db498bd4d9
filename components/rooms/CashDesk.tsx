'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import type { LiveCommand } from '../../contracts/liveEvents';
import { isTerminal } from '../../domain/supply/commandMachine';
import { useConnection } from '../live/LiveProvider';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { classNames } from '../ui/classNames';
import { Field } from '../ui/Field';
import { currencySymbol, formatMoney } from '../ui/format';
import { formatTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { isNamed, NOBODY, SecondPerson, TAKES_TWO } from '../ui/SecondPerson';
import { useCode } from '../ui/useCode';
import styles from './CashDesk.module.css';
import type { RoomAccount } from './roomData';

const FOLLOW_MS = 1_000;
const AMOUNTS = ['20', '50', '100'] as const;

/** Money over the counter: amount, receipt number, reason; then each step until power is measured. */
export function CashDesk({
  account,
  off,
}: {
  account: Pick<RoomAccount, 'code' | 'payCurrency'>;
  off: boolean;
}) {
  const t = useTranslations('rooms');
  const live = useTranslations('live');
  const code = useCode();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { state: connection } = useConnection();
  const [amount, setAmount] = useState('');
  const [reference, setReference] = useState('');
  const [reason, setReason] = useState('');
  const [wasOff, setWasOff] = useState(false);
  const [second, setSecond] = useState(NOBODY);
  const topUp = useMutation(
    trpc.rooms.topUp.mutationOptions({
      onSuccess: () => {
        setAmount('');
        setReference('');
        setReason('');
        setSecond(NOBODY);
        void queries.invalidateQueries({ queryKey: trpc.rooms.pathKey() });
        void queries.invalidateQueries({ queryKey: trpc.finance.pathKey() });
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setWasOff(off);
    topUp.mutate({
      accountCode: account.code,
      amount: amount.trim(),
      reference: reference.trim(),
      ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
      ...(isNamed(second) ? { second } : {}),
    });
  };
  const refusal = topUp.error ? refusalOf(topUp.error) : null;
  // What else was taken today counts, too, and the server alone knows it.
  const needsSecond = isNamed(second) || (refusal !== null && TAKES_TWO.includes(refusal.reason));
  const errorAt = (field: string) =>
    refusal && refusal.field === field ? code('refusal', refusal.reason) : undefined;
  const offline = connection === 'offline';
  return (
    <Panel title={t('cashDesk')} meta={account.code} testId="cash-desk" padded>
      <form className={styles.form} onSubmit={submit}>
        <div className={styles.amounts}>
          <Field
            label={t('topUpAmount')}
            inputMode="decimal"
            required
            pattern="[0-9]+([.][0-9]{1,2})?"
            autoComplete="off"
            suffix={currencySymbol(account.payCurrency)}
            value={amount}
            onChange={(event) => setAmount(event.target.value)}
            error={errorAt('/amount')}
          />
          <div className={styles.presets}>
            {AMOUNTS.map((preset) => (
              <Button key={preset} size="small" onClick={() => setAmount(`${preset}.00`)}>
                {preset}
              </Button>
            ))}
          </div>
        </div>
        <Field
          label={t('receipt')}
          hint={t('receiptHint')}
          required
          maxLength={64}
          autoComplete="off"
          value={reference}
          onChange={(event) => setReference(event.target.value)}
          error={errorAt('/reference')}
        />
        <Field
          label={t('topUpReason')}
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {refusal && errorAt('/amount') === undefined && errorAt('/reference') === undefined && (
          <p role="alert" className={styles.refusal} data-testid="top-up-refusal">
            {code('refusal', refusal.reason)}
          </p>
        )}
        {needsSecond && <SecondPerson second={second} onChange={setSecond} />}
        <Button
          type="submit"
          variant="primary"
          size="control"
          disabled={topUp.isPending || offline}
          data-testid="top-up"
        >
          {offline ? live('controlOffline') : t('topUp')}
        </Button>
      </form>
      {topUp.data && (
        <PaymentSteps
          accountCode={account.code}
          paymentId={topUp.data.paymentId}
          replayed={topUp.data.replayed}
          wasOff={wasOff}
          currency={account.payCurrency}
        />
      )}
    </Panel>
  );
}

interface StepView {
  key: string;
  title: string;
  words: string;
  state: 'done' | 'now' | 'open' | 'bad';
  at: number | null;
}

/** paid > credited > command sent > power measured, each with its time. */
function PaymentSteps({
  accountCode,
  paymentId,
  replayed,
  wasOff,
  currency,
}: {
  accountCode: string;
  paymentId: string;
  replayed: boolean;
  wasOff: boolean;
  currency: string;
}) {
  const t = useTranslations('rooms');
  const zone = useCampusZone();
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.rooms.payment.queryOptions(
      { accountCode, id: paymentId },
      {
        staleTime: 0,
        refetchInterval: (query) => {
          const commands = query.state.data?.commands;
          return commands === undefined || commands.some((command) => !isTerminal(command.state))
            ? FOLLOW_MS
            : false;
        },
      },
    ),
  );
  if (!data) return null;
  const command = data.commands[0] ?? null;
  const steps: StepView[] = [
    {
      key: 'paid',
      title: t('steps4.paid'),
      words: t('paidWords', {
        amount: formatMoney(data.amountMicro, { currency }),
        reference: data.reference,
      }),
      state: 'done',
      at: data.acceptedMs,
    },
    {
      key: 'credited',
      title: t('steps4.credited'),
      words: replayed ? t('creditedBefore') : t('creditedWords', { tx: data.txId }),
      state: 'done',
      at: data.acceptedMs,
    },
    ...switchSteps(command),
  ];
  return (
    <ol className={styles.steps} data-testid="payment-steps" aria-live="polite">
      {steps.map((step) => (
        <li
          key={step.key}
          data-step={step.key}
          data-state={step.state}
          className={classNames(styles[step.state])}
        >
          <i aria-hidden="true" />
          <b>{step.title}</b>
          <span>{step.words}</span>
          <time>{step.at === null ? '' : formatTime(step.at, zone)}</time>
        </li>
      ))}
    </ol>
  );

  function switchSteps(one: LiveCommand | null): StepView[] {
    if (!one) {
      return [
        {
          key: 'sent',
          title: t('steps4.sent'),
          words: wasOff ? t('staysOff') : t('notNeeded'),
          state: 'open',
          at: null,
        },
      ];
    }
    const at = (state: LiveCommand['state']) => one.steps.find((step) => step.state === state)?.at ?? null;
    const sent = at('SENT') ?? at('ACCEPTED') ?? at('EXECUTED');
    const proven = at('VERIFIED');
    const failed = isTerminal(one.state) && proven === null;
    return [
      {
        key: 'sent',
        title: t('steps4.sent'),
        words: t('sentWords'),
        state: sent === null ? (failed ? 'bad' : 'now') : 'done',
        at: sent,
      },
      {
        key: 'measured',
        title: t('steps4.measured'),
        words: failed ? t('measuredFailed') : proven === null ? t('measuredWaiting') : t('measuredWords'),
        state: proven !== null ? 'done' : failed ? 'bad' : sent === null ? 'open' : 'now',
        at: proven,
      },
    ];
  }
}
