'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import { proofOfEvidence } from '../../domain/credit/chargeEvidence';
import { sha256, sha256Hex } from '../../domain/credit/sha256';
import { verifyCharge } from '../../domain/credit/verifyCharge';
import { refundNeedsSecond } from '../../domain/payments/secondPerson';
import { microFromText, textFromMicro } from '../../domain/units';
import { refusalOf } from '../live/refusal';
import { useTRPC, useTRPCClient } from '../live/trpc';
import { Button } from '../ui/Button';
import { DisputeOutcome } from '../ui/DisputeOutcome';
import type { Dispute } from '../ui/disputeTypes';
import { exactMicro } from '../ui/exact';
import { Field, SelectField, TextField } from '../ui/Field';
import { formatUnitPrice, NNBSP } from '../ui/format';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { isNamed, NOBODY, SecondPerson } from '../ui/SecondPerson';
import { Skeleton } from '../ui/states';
import { useCode } from '../ui/useCode';
import { useDisputeReason } from '../ui/useDisputeReason';
import { useLang } from '../ui/useLang';
import { usePeriodName } from '../ui/usePeriodName';
import styles from './DisputeView.module.css';
import { type Evidence, readEvidence } from './evidence';
import { TakeUpAgain } from './TakeUpAgain';

type Client = ReturnType<typeof useTRPCClient>;

/** One dispute: what was said, what stood then, and the decision. */
export function DisputeView({
  dispute,
  currency,
  onOpened,
}: {
  dispute: Dispute;
  /** What the account holds: a currency, or a unit. */
  currency: string;
  /** A new dispute about the same charge was opened. */
  onOpened: (id: string) => void;
}) {
  const t = useTranslations('disputes');
  const reasonWords = useDisputeReason();
  const lang = useLang();
  const zone = useCampusZone();
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.disputes.evidence.queryOptions({ id: dispute.id }, { staleTime: Number.POSITIVE_INFINITY }),
  );
  const evidence = data && readEvidence(data.evidence);
  const equal = data && sha256Hex(data.evidence, sha256) === data.evidenceHash;
  return (
    <article className={styles.view}>
      <p>
        <b>{reasonWords(dispute.reason)}</b>
      </p>
      <p className="meta">
        {t('by', { name: dispute.openedBy, time: formatDateTime(dispute.openedMs, zone, lang) })}
      </p>
      {evidence ? <Frozen evidence={evidence} currency={currency} /> : <Skeleton height={200} />}
      {data && (
        <p className={styles.hash} data-testid="evidence-hash" data-equal={String(equal)}>
          {t('hash')} <code>{data.evidenceHash}</code> {t(equal ? 'hashEqual' : 'hashDifferent')}
        </p>
      )}
      {data && <Recomputed evidence={data.evidence} />}
      {dispute.verdict !== null ? (
        <>
          <DisputeOutcome dispute={dispute} currency={currency} />
          {dispute.verdict === 'REJECTED' && <TakeUpAgain dispute={dispute} onOpened={onOpened} />}
        </>
      ) : (
        evidence && <Decision dispute={dispute} evidence={evidence} />
      )}
    </article>
  );
}

/** The frozen charge, recomputed here from the evidence alone; of what was frozen before it held all, nothing is said. */
function Recomputed({ evidence }: { evidence: string }) {
  const rooms = useTranslations('rooms');
  const proof = useMemo(() => proofOfEvidence(evidence), [evidence]);
  const outcome = useMemo(() => proof && verifyCharge(proof).outcome, [proof]);
  if (!outcome) return null;
  return (
    <p className={styles.hash} data-testid="evidence-outcome" data-outcome={outcome.toLowerCase()}>
      {rooms(`recomputed.${outcome}`)}
    </p>
  );
}

function Frozen({ evidence, currency }: { evidence: Evidence; currency: string }) {
  const t = useTranslations('disputes');
  const rooms = useTranslations('rooms');
  const lang = useLang();
  const zone = useCampusZone();
  const periodOf = usePeriodName();
  const { charge, readings } = evidence;
  const unit = charge.register.startsWith('E') ? 'kWh' : 'm³';
  const exact = (text: string) => exactMicro(BigInt(text), 3);
  const payerOf = (payer: string) =>
    payer.startsWith('FUND:') ? rooms('byFund', { fund: payer.slice(5) }) : t('byAccount');
  return (
    <section className={styles.frozen} data-testid="evidence">
      <h3>{t('evidence', { time: formatDateTime(Number(evidence.frozen), zone, lang) })}</h3>
      <p>
        {t('registers', {
          meter: charge.meter,
          start: exact(charge.start),
          end: exact(charge.end),
          quantity: `${exact(charge.quantity)}${NNBSP}${unit}`,
        })}
      </p>
      <ul>
        {charge.lines.map((line, index) => (
          <li key={index}>
            {t('line', {
              period: periodOf(line.period),
              tier: line.tier,
              quantity: `${exact(line.q_u)}${NNBSP}${unit}`,
              price: formatUnitPrice(BigInt(line.price_u), unit, currency),
              payer: payerOf(line.payer),
            })}
          </li>
        ))}
      </ul>
      <h3>{t('readings')}</h3>
      <ul>
        {readings.map((reading) => (
          <li key={reading.at}>
            {formatDateTime(Number(reading.at), zone, lang)} · {exact(reading.value)}
            {NNBSP}
            {unit}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Decision({ dispute, evidence }: { dispute: Dispute; evidence: Evidence }) {
  const t = useTranslations('disputes');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const [amount, setAmount] = useState(textFromMicro(dispute.disputedMicro));
  const [leftOut, setLeftOut] = useState('');
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const [second, setSecond] = useState(NOBODY);
  const run = async (act: (client: Client) => Promise<unknown>) => {
    setBusy(true);
    setRefused(null);
    try {
      await act(client);
      await queries.invalidateQueries({ queryKey: trpc.disputes.list.queryKey() });
    } catch (error) {
      setRefused(refusalOf(error).reason);
    } finally {
      setBusy(false);
    }
  };
  const decide = (remedy: Parameters<Client['disputes']['decide']['mutate']>[0]['remedy']) =>
    void run((to) =>
      to.disputes.decide.mutate({
        ...{ id: dispute.id, reason, remedy },
        ...(remedy?.kind === 'GOODWILL' && isNamed(second) ? { second } : {}),
      }),
    );
  // What else was given back today counts, too, and the server alone knows it.
  const needsSecond =
    (dispute.unit === null && refundNeedsSecond(microFromText(amount) ?? 0n, 0n)) ||
    refused === 'SECOND_PERSON' ||
    refused === 'SECOND_PERSON_WRONG' ||
    isNamed(second);
  const inside = evidence.readings.filter(
    ({ at }) => Number(at) > Number(evidence.charge.from) && Number(at) <= Number(evidence.charge.to),
  );
  return (
    <section className={styles.decision} data-testid="decision">
      {dispute.state === 'OPENED' && (
        <Button
          size="small"
          disabled={busy}
          onClick={() => void run((to) => to.disputes.review.mutate({ id: dispute.id }))}
        >
          {t('review')}
        </Button>
      )}
      <TextField
        label={t('why')}
        value={reason}
        maxLength={500}
        onChange={(event) => setReason(event.target.value)}
      />
      <SelectField label={t('readings')} value={leftOut} onChange={(event) => setLeftOut(event.target.value)}>
        <option value="">{t('keepAll')}</option>
        {inside.map(({ at }) => (
          <option key={at} value={at}>
            {t('leaveOut')}: {formatDateTime(Number(at), zone, lang)}
          </option>
        ))}
      </SelectField>
      <div className={styles.actions}>
        <Button
          disabled={busy || reason.trim() === ''}
          onClick={() =>
            decide({ kind: 'RERATE', discardReadingMs: leftOut === '' ? null : Number(leftOut) })
          }
        >
          {t('uphold')}
        </Button>
      </div>
      <div className={styles.actions}>
        <Field label={t('amount')} value={amount} onChange={(event) => setAmount(event.target.value)} />
        <Button disabled={busy || reason.trim() === ''} onClick={() => decide({ kind: 'GOODWILL', amount })}>
          {t('goodwill')}
        </Button>
        <Button
          disabled={busy || reason.trim() === ''}
          onClick={() => decide(null)}
          data-testid="reject-dispute"
        >
          {t('reject')}
        </Button>
      </div>
      {needsSecond && (
        <SecondPerson words={code('refusal', 'SECOND_PERSON')} second={second} onChange={setSecond} />
      )}
      {refused && <p role="alert">{code('refusal', refused)}</p>}
    </section>
  );
}
