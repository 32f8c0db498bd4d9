'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { textFromMicro } from '../../domain/units';
import { useLiveCampus } from '../live/hooks';
import { useLiveRoom } from '../live/LiveProvider';
import { useTRPC } from '../live/trpc';
import { formatMoney, formatPower, formatUnitPrice, LONG_DASH, withUnit } from '../ui/format';
import { formatTime } from '../ui/formatTime';
import { LiveValue } from '../ui/LiveValue';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { SegmentedControl } from '../ui/SegmentedControl';
import { useUrlValue } from '../ui/useUrlValue';
import type { FlowSpan, MoneyFlow } from './adminTypes';
import styles from './FlowPanel.module.css';

const REFRESH_MS = 10_000;
const SPANS: readonly FlowSpan[] = ['QUARTER', 'HOUR', 'TODAY', 'YESTERDAY'];

/** Energy now beside money now, and both against the books of a span. */
export function FlowPanel({ currency, initial }: { currency: string; initial: MoneyFlow }) {
  const t = useTranslations('admin');
  const trpc = useTRPC();
  const zone = useCampusZone();
  const [chosen, choose] = useUrlValue('span');
  const span = SPANS.find((one) => one === chosen) ?? initial.span;
  const { data } = useQuery(
    trpc.admin.moneyFlow.queryOptions(
      { span },
      {
        initialData: span === initial.span ? initial : undefined,
        refetchInterval: REFRESH_MS,
        placeholderData: (before) => before,
      },
    ),
  );
  useLiveRoom('campus');
  const campus = useLiveCampus();
  const flow = data ?? initial;
  const { now } = flow;
  const microPerMinute = BigInt(Math.round(now.picoPerMinute / 1e6));
  const priceMicro =
    now.ratedW > 0 ? BigInt(Math.round((now.picoPerMinute * 60) / (now.ratedW * 1e3))) : null;
  return (
    <Panel title={t('flow.title')} meta={t('flow.meta')} testId="flow">
      <dl className={styles.now}>
        <div>
          <dt>{t('flow.campusLoad')}</dt>
          <dd>
            <LiveValue asOf={campus?.loadAsOf ?? null} intervalMs={10_000} testId="campus-power">
              {campus?.powerW == null ? null : formatPower(campus.powerW)}
            </LiveValue>
          </dd>
        </div>
        <div>
          <dt>{t('flow.moneyNow')}</dt>
          <dd>
            <LiveValue asOf={flow.nowMs} intervalMs={REFRESH_MS} testId="money-per-minute">
              {t('flow.perMinute', { money: formatMoney(microPerMinute, { currency }) })}
            </LiveValue>
          </dd>
        </div>
      </dl>
      <dl className={styles.facts}>
        <Fact label={t('flow.charged', { n: now.counted, m: now.points })}>{formatPower(now.measuredW)}</Fact>
        <Fact label={t('flow.byRegisters', { time: formatTime(now.sinceMs, zone, false) })}>
          {formatPower(now.ratedW)}
        </Fact>
        <Fact label={t('flow.meanPrice')}>
          {priceMicro === null ? LONG_DASH : formatUnitPrice(priceMicro, 'kWh', currency)}
        </Fact>
      </dl>
      <p className={styles.words}>{t('flow.words')}</p>
      <div className={styles.span}>
        <SegmentedControl
          label={t('flow.span')}
          options={SPANS.map((value) => ({ value, label: t(`flow.spans.${value}`) }))}
          value={span}
          onChange={(value) => choose(value)}
        />
        <span className="meta">
          {formatTime(flow.fromMs, zone, false)}–{formatTime(flow.toMs, zone, false)}
        </span>
      </div>
      <Books flow={flow} currency={currency} />
    </Panel>
  );
}

function Fact({ label, children }: { label: string; children: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The same span by meters, by charges and by the ledger, to the last digit. */
function Books({ flow, currency }: { flow: MoneyFlow; currency: string }) {
  const t = useTranslations('admin');
  const { books } = flow;
  const energy = (micro: bigint) => withUnit(textFromMicro(micro), 'kWh');
  const money = (micro: bigint) => formatMoney(micro, { currency, decimals: 6 });
  return (
    <table className={styles.books} data-testid="flow-books" data-agrees={String(flow.agrees)}>
      <caption className="visually-hidden">{t('flow.books')}</caption>
      <tbody>
        <tr>
          <th scope="row">{t('flow.meters')}</th>
          <td className="num">{energy(books.registerMicro)}</td>
          <td className="num quiet">{LONG_DASH}</td>
        </tr>
        <tr>
          <th scope="row">{t('flow.charges', { n: books.charges })}</th>
          <td className="num">{energy(books.quantityMicro)}</td>
          <td className="num">{money(books.amountMicro)}</td>
        </tr>
        <tr>
          <th scope="row">{t('flow.ledger')}</th>
          <td className="num quiet">{LONG_DASH}</td>
          <td className="num">{money(books.ledgerMicro)}</td>
        </tr>
      </tbody>
      <tfoot>
        <tr>
          <td colSpan={3}>
            <b>{t(flow.agrees ? 'flow.agree' : 'flow.disagree')}</b>{' '}
            {flow.agrees &&
              t('flow.carry', { money: money(BigInt(books.numeratorPico) / 1_000_000n - books.amountMicro) })}
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
