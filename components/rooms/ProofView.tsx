'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import type { ChargeLineRecord } from '../../domain/credit/chargeLines';
import { PROOF_STEPS, type ProofVerdict, verifyCharge } from '../../domain/credit/verifyCharge';
import { surchargeOfLine } from '../../domain/tariffs/chargeLines';
import { MICRO } from '../../domain/units';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { classNames } from '../ui/classNames';
import { exactMicro, exactPico } from '../ui/exact';
import { currencySymbol, formatMoney, MINUS } from '../ui/format';
import { formatDate, formatTime } from '../ui/formatTime';
import { Glyph } from '../ui/glyphs';
import { useCampusZone } from '../ui/now';
import { ErrorState, Skeleton } from '../ui/states';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import { useName } from '../ui/useName';
import { usePeriodName } from '../ui/usePeriodName';
import { ContestCharge } from './ContestCharge';
import styles from './ProofView.module.css';
import type { ChargeProofData } from './roomData';

/** Proof of one charge, recomputed here by the rules that made it: registers, tariff, carry, balance, hashes. */
export function ProofView({ id, currency }: { id: string; currency: string }) {
  const code = useCode();
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.rooms.charge.queryOptions({ id }, { staleTime: Number.POSITIVE_INFINITY }),
  );
  const verdict = useVerdict(data ?? null);
  if (error)
    return <ErrorState cause={code('refusal', refusalOf(error).reason)} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={480} onRetry={() => void refetch()} />;
  return (
    <article className={styles.proof} data-testid="proof" data-charge={id}>
      <Head data={data} verdict={verdict} currency={currency} />
      <Registers data={data} />
      <Lines data={data} verdict={verdict} currency={currency} />
      <Carry data={data} verdict={verdict} />
      <Balance data={data} currency={currency} />
      <Hashes data={data} />
      {verdict && <Steps verdict={verdict} />}
      {data.proof.amountMicro > 0n && <ContestCharge chargeId={id} currency={currency} />}
    </article>
  );
}

/** Recomputed after the page has drawn, in this browser; null until then. */
function useVerdict(data: ChargeProofData | null): ProofVerdict | null {
  const [verdict, setVerdict] = useState<ProofVerdict | null>(null);
  useEffect(() => {
    setVerdict(data ? verifyCharge(data.proof) : null);
  }, [data]);
  return verdict;
}

interface Part {
  data: ChargeProofData;
  verdict: ProofVerdict | null;
  currency: string;
}

function Head({ data, verdict, currency }: Part) {
  const t = useTranslations('rooms');
  const lang = useLang();
  const zone = useCampusZone();
  const { proof } = data;
  return (
    <>
      <p className={styles.amount} data-testid="proof-amount">
        {formatMoney(-proof.amountMicro, { currency, decimals: 6 })}
      </p>
      <p className={styles.soft}>
        {t('proofSpan', {
          date: formatDate(proof.t0Ms, zone, lang, { year: true }),
          from: formatTime(proof.t0Ms, zone),
          to: formatTime(proof.t1Ms, zone),
        })}
      </p>
      <p
        className={classNames(styles.verdict, verdict?.outcome === 'DIFFERENT' && styles.wrong)}
        role="status"
        data-testid="proof-verdict"
        data-outcome={verdict?.outcome.toLowerCase() ?? 'pending'}
      >
        {verdict && <Glyph name={GLYPHS[verdict.outcome]} />}
        <b>{verdict === null ? t('recomputing') : t(`recomputed.${verdict.outcome}`)}</b>
        <small>{t('lines', { n: proof.lines.length })}</small>
      </p>
      {verdict?.outcome === 'PART' && <NotRecomputed verdict={verdict} />}
      {data.superseded && <p className={styles.soft}>{t('superseded')}</p>}
    </>
  );
}

const GLYPHS = { EQUAL: 'check', PART: 'more', DIFFERENT: 'close' } as const;

/** What the verdict does not speak of: each step that was not recomputed, with the reason. */
function NotRecomputed({ verdict }: { verdict: ProofVerdict }) {
  const t = useTranslations('rooms');
  return (
    <ul className={styles.soft} data-testid="not-recomputed">
      {PROOF_STEPS.map((step) => {
        const reason = verdict.unchecked[step];
        return (
          reason && (
            <li key={step} data-step={step.toLowerCase()}>
              {t('notRecomputed', { step: t(`steps.${step}`), reason: t(`unchecked.${reason}`) })}
            </li>
          )
        );
      })}
    </ul>
  );
}

function Registers({ data }: { data: ChargeProofData }) {
  const t = useTranslations('rooms');
  const zone = useCampusZone();
  const { proof } = data;
  const unit = unitOf(data);
  return (
    <dl className={styles.block} data-testid="proof-registers">
      <div>
        <dt>{t('register', { time: formatTime(proof.t0Ms, zone) })}</dt>
        <dd>{`${exactMicro(proof.startMicro, 3)} ${unit}`}</dd>
      </div>
      <div>
        <dt>{t('register', { time: formatTime(proof.t1Ms, zone) })}</dt>
        <dd>{`${exactMicro(proof.endMicro, 3)} ${unit}`}</dd>
      </div>
      <div className={styles.sum}>
        <dt>{t('used', { meter: data.meterCode })}</dt>
        <dd>{`${exactMicro(proof.quantityMicro, 3)} ${unit}`}</dd>
      </div>
    </dl>
  );
}

function unitOf(data: ChargeProofData): string {
  return data.utility === 'ELECTRICITY' ? 'kWh' : 'm³';
}

function Lines({ data, verdict, currency }: Part) {
  const t = useTranslations('rooms');
  const lang = useLang();
  const zone = useCampusZone();
  const periodOf = usePeriodName();
  const nameOf = useName();
  const { proof } = data;
  const tiers = data.tierLimitsMicro.length;
  const unit = unitOf(data);
  const symbol = currencySymbol(currency).trim();
  const lineName = (line: ChargeLineRecord): string => {
    const surcharge = surchargeOfLine(line);
    if (surcharge) return t(`surcharges.${surcharge.kind}`, { code: surcharge.code });
    if (line.payer === 'SUPPLIER') return t('exported', { period: periodOf(line.period) });
    return tiers > 1
      ? t('periodTier', { period: periodOf(line.period), tier: line.tier })
      : periodOf(line.period);
  };
  return (
    <>
      <table className={styles.lines} data-testid="proof-lines">
        <thead>
          <tr>
            <th scope="col">{t('tariff', { name: nameOf(data.tariff), number: data.tariffNumber })}</th>
            <th scope="col" className="num">
              {unit}
            </th>
            <th scope="col" className="num">{`${symbol}/${unit}`}</th>
            <th scope="col" className="num">
              {symbol}
            </th>
          </tr>
        </thead>
        <tbody>
          {proof.lines.map((line, index) => (
            <tr key={index}>
              <th scope="row">
                {lineName(line)}
                {line.payer.startsWith('FUND:') && ` · ${t('byFund', { fund: line.payer.slice(5) })}`}
                {line.estimated && ` (${t('estimated')})`}
              </th>
              <td className="num">{lineBase(line)}</td>
              <td className="num">
                {exactMicro(BigInt(line.price_u), 4)}
                {isPercentage(line) && ' %'}
              </td>
              <td className="num">
                {verdict ? exactMicro(verdict.lineAmountsMicro[index] ?? null, 6) : '…'}
              </td>
            </tr>
          ))}
          <tr className={styles.sum}>
            <th scope="row">{t('youPay')}</th>
            <td className="num">{exactMicro(proof.quantityMicro, 6)}</td>
            <td />
            <td className="num">{exactMicro(proof.amountMicro, 6)}</td>
          </tr>
        </tbody>
      </table>
      <p className="meta">
        {t('versionSince', {
          number: data.tariffNumber,
          date: formatDate(data.tariffSinceMs, zone, lang, { year: true }),
        })}{' '}
        {tiers > 1 &&
          t('accrued', {
            before: exactMicro(proof.accruedMicro, 3),
            used: exactMicro(proof.quantityMicro, 3),
            after: exactMicro(proof.accruedMicro + proof.quantityMicro, 3),
            unit,
          })}
      </p>
    </>
  );
}

const isPercentage = (line: ChargeLineRecord): boolean =>
  ['PERCENT', 'TAX'].includes(surchargeOfLine(line)?.kind ?? '');

/** What a line is reckoned on: units, days, or the money that a percentage is of. */
function lineBase(line: ChargeLineRecord): string {
  const base = BigInt(line.q_u);
  const kind = surchargeOfLine(line)?.kind;
  if (kind === 'PERCENT') return exactPico(base, 6);
  // A tax stands on finer parts: pico times 10⁸.
  return kind === 'TAX' ? exactPico(base / 10n ** 8n, 6) : exactMicro(base, 6);
}

function Carry({ data, verdict }: { data: ChargeProofData; verdict: ProofVerdict | null }) {
  const t = useTranslations('rooms');
  const { proof } = data;
  return (
    <dl className={styles.block} data-testid="proof-carry">
      <div>
        <dt>{t('exact')}</dt>
        <dd>{verdict ? exactPico(verdict.exactPico, 6) : '…'}</dd>
      </div>
      <div>
        <dt>{t('carryBefore')}</dt>
        <dd>{`+${exactPico(proof.carryPico, 6)}`}</dd>
      </div>
      <div>
        <dt>{t('taken')}</dt>
        <dd>{verdict ? `${MINUS}${exactPico(verdict.mainMicro * MICRO, 6)}` : '…'}</dd>
      </div>
      <div className={styles.sum}>
        <dt>{t('carryAfter')}</dt>
        <dd>{verdict ? exactPico(verdict.carryAfterPico, 6) : '…'}</dd>
      </div>
    </dl>
  );
}

function Balance({ data, currency }: { data: ChargeProofData; currency: string }) {
  const t = useTranslations('rooms');
  const code = useCode();
  const entries = data.proof.ledger?.entries.filter((entry) => entry.balanceAfterMicro !== null) ?? [];
  if (entries.length === 0) return <p className={styles.soft}>{t('nothingMoved')}</p>;
  const money = (micro: bigint) => formatMoney(micro, { currency, decimals: 6 });
  return (
    <dl className={styles.block} data-testid="proof-balance">
      {entries.map((entry) => {
        const after = entry.balanceAfterMicro!;
        return (
          <div key={entry.pot} className={styles.pot}>
            {entries.length > 1 && (
              <p className="meta">{code('pot', entry.pot.split(':')[2] ?? entry.pot)}</p>
            )}
            <div>
              <dt>{t('balanceBefore')}</dt>
              <dd>{money(after - entry.amountMicro)}</dd>
            </div>
            <div>
              <dt>{t('thisCharge')}</dt>
              <dd>{money(entry.amountMicro)}</dd>
            </div>
            <div className={styles.sum}>
              <dt>{t('balanceAfter', { shown: formatMoney(after, { currency }) })}</dt>
              <dd>{money(after)}</dd>
            </div>
          </div>
        );
      })}
    </dl>
  );
}

function Hashes({ data }: { data: ChargeProofData }) {
  const t = useTranslations('rooms');
  const { ledger } = data.proof;
  if (!ledger) return null;
  const entry = ledger.entries.find((each) => each.entryHash !== null);
  return (
    <dl className={styles.hashes} data-testid="proof-hashes">
      {entry && (
        <div>
          <dt>{t('entry', { n: entry.accountSeq?.toString() ?? '' })}</dt>
          <dd>
            <code title={entry.entryHash ?? ''}>{short(entry.entryHash)}</code>
          </dd>
        </div>
      )}
      {entry?.prevHash && (
        <div>
          <dt>{t('entryBefore')}</dt>
          <dd>
            <code title={entry.prevHash}>{short(entry.prevHash)}</code>
          </dd>
        </div>
      )}
      <div>
        <dt>{t('transaction', { id: ledger.id })}</dt>
        <dd>
          <code title={ledger.txHash} data-testid="tx-hash">
            {short(ledger.txHash)}
          </code>
        </dd>
      </div>
      <div>
        <dt>{t('checkpoint')}</dt>
        <dd>{data.checkpoint === null ? t('nextCheckpoint') : t('checkpointN', { n: data.checkpoint })}</dd>
      </div>
    </dl>
  );
}

function short(hash: string | null): string {
  return hash === null ? '—' : `${hash.slice(0, 8)}…${hash.slice(-8)}`;
}

function Steps({ verdict }: { verdict: ProofVerdict }) {
  const t = useTranslations('rooms');
  return (
    <ul className={styles.steps} aria-label={t('checked')}>
      {PROOF_STEPS.map((step) => (
        <li key={step} data-step={step.toLowerCase()} data-verdict={verdict.steps[step].toLowerCase()}>
          <span>{t(`steps.${step}`)}</span>
          <b>{t(`stepVerdicts.${verdict.steps[step]}`)}</b>
        </li>
      ))}
    </ul>
  );
}
