'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { formatMoney } from '../ui/format';
import { formatMonth } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Notice } from '../ui/states';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './tariffs.module.css';
import type { TariffBody, TariffView, Version } from './tariffTypes';

/** What a sample account's last month costs by the draft beside today's tariff, rated from its readings. */
export function DraftPreview({
  tariff,
  samples,
  body,
  accrual,
  currency,
}: {
  tariff: TariffView;
  samples: readonly string[];
  /** Null while the draft breaks a rule. */
  body: TariffBody | null;
  accrual: Version['accrual'];
  currency: string;
}) {
  const t = useTranslations('tariffs');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const trpc = useTRPC();
  const [account, setAccount] = useState(samples[0] ?? '');
  const [asked, setAsked] = useState<{
    account: string;
    body: TariffBody;
    accrual: Version['accrual'];
  } | null>(null);
  const query = useQuery(
    trpc.tariffs.preview.queryOptions(
      {
        tariffId: tariff.id,
        account: asked?.account ?? '',
        accrual: asked?.accrual ?? 'NONE',
        body: asked?.body ?? EMPTY,
      },
      { enabled: asked !== null, staleTime: Number.POSITIVE_INFINITY, retry: false },
    ),
  );
  // By content: whatever else is typed into the draft makes its body anew.
  const fresh =
    asked !== null &&
    JSON.stringify([asked.body, asked.accrual, asked.account]) === JSON.stringify([body, accrual, account]);
  const data = asked === null ? undefined : query.data;
  const money = (micro: bigint) => formatMoney(micro, { currency });
  return (
    <section className={styles.preview} aria-label={t('preview')} data-testid="preview">
      <h3>{t('preview')}</h3>
      <div className={styles.decision}>
        <Field
          label={t('sample')}
          list="tariff-samples"
          value={account}
          onChange={(event) => setAccount(event.target.value.trim())}
          data-testid="sample-account"
        />
        <datalist id="tariff-samples">
          {samples.map((sample) => (
            <option key={sample} value={sample} />
          ))}
        </datalist>
        <Button
          onClick={() => body && setAsked({ account, body, accrual })}
          blockedBy={body === null ? t('previewBlocked') : account === '' ? t('previewNoAccount') : undefined}
          data-testid="show-preview"
        >
          {t('showPreview')}
        </Button>
      </div>
      {asked !== null && query.isError && (
        <Notice strong>{code('refusal', refusalOf(query.error).reason)}</Notice>
      )}
      {data && (
        <dl data-testid="preview-result" data-fresh={fresh}>
          <div>
            <dt>{t('billed', { month: formatMonth(data.fromMs, zone, lang) })}</dt>
            <dd data-testid="preview-billed">{money(data.billedMicro)}</dd>
          </div>
          <div>
            <dt>{t('byNow')}</dt>
            <dd data-testid="preview-now">{money(data.now.amountMicro)}</dd>
          </div>
          <div>
            <dt>{t('byDraft')}</dt>
            <dd data-testid="preview-draft">{money(data.draft.amountMicro)}</dd>
          </div>
          <div>
            <dt>{t('difference')}</dt>
            <dd data-testid="preview-difference">
              {formatMoney(data.draft.amountMicro - data.now.amountMicro, { currency, sign: 'always' })}
            </dd>
          </div>
          <p className="meta">
            {t('fromReadings', { n: data.readings })} {!fresh && t('previewOld')}
          </p>
        </dl>
      )}
    </section>
  );
}

const EMPTY: TariffBody = { periods: {}, tierLimitsMicro: [null], pricesMicro: [{}] };
