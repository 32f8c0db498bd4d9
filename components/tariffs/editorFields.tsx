import { useTranslations } from 'next-intl';
import { Button } from '../ui/Button';
import { CheckField } from '../ui/Field';
import { Glyph } from '../ui/glyphs';
import { usePeriodName } from '../ui/usePeriodName';
import { type DraftForm, periodsOf, type SurchargeKind } from './draftForm';
import { dayName } from './TouClock';
import styles from './tariffs.module.css';

interface Part {
  form: DraftForm;
  set: (change: Partial<DraftForm>) => void;
}

const replaced = <T,>(list: readonly T[], at: number, change: Partial<T>): T[] =>
  list.map((one, i) => (i === at ? { ...one, ...change } : one));
const without = <T,>(list: readonly T[], at: number): T[] => list.filter((_, i) => i !== at);

/** Periods of the day, to the minute, day type by day type. */
export function SpanFields({ form, set }: Part) {
  const t = useTranslations('tariffs');
  const dayTypes = [
    ...new Set([...form.spans.map((span) => span.dayType), '*', 'WORKDAY', 'WEEKEND', 'HOLIDAY']),
  ];
  return (
    <fieldset className={styles.rows}>
      <legend>{t('periods')}</legend>
      {form.spans.map((span, i) => (
        <div key={i} className={styles.row} data-testid="span-row">
          <select
            aria-label={t('dayType')}
            value={span.dayType}
            onChange={(event) => set({ spans: replaced(form.spans, i, { dayType: event.target.value }) })}
          >
            {dayTypes.map((dayType) => (
              <option key={dayType} value={dayType}>
                {dayName(t, dayType)}
              </option>
            ))}
          </select>
          <input
            aria-label={t('from')}
            value={span.from}
            inputMode="numeric"
            onChange={(event) => set({ spans: replaced(form.spans, i, { from: event.target.value }) })}
          />
          <input
            aria-label={t('to')}
            value={span.to}
            inputMode="numeric"
            onChange={(event) => set({ spans: replaced(form.spans, i, { to: event.target.value }) })}
          />
          <input
            aria-label={t('period')}
            value={span.period}
            onChange={(event) =>
              set({ spans: replaced(form.spans, i, { period: event.target.value.trim() }) })
            }
          />
          <Button
            size="small"
            variant="quiet"
            aria-label={t('removePeriod', { from: span.from, to: span.to })}
            onClick={() => set({ spans: without(form.spans, i) })}
          >
            <Glyph name="close" />
          </Button>
        </div>
      ))}
      <Button
        size="small"
        onClick={() =>
          set({
            spans: [
              ...form.spans,
              {
                dayType: form.spans.at(-1)?.dayType ?? '*',
                from: form.spans.at(-1)?.to ?? '00:00',
                to: '24:00',
                period: '',
              },
            ],
          })
        }
      >
        {t('addPeriod')}
      </Button>
    </fieldset>
  );
}

/** A price for each tier and period. */
export function PriceFields({ form, set, unit }: Part & { unit: string }) {
  const t = useTranslations('tariffs');
  const periodOf = usePeriodName();
  const periods = periodsOf(form);
  return (
    <fieldset className={styles.rows}>
      <legend>{t('pricesPer', { unit })}</legend>
      {form.prices.map((prices, tier) => (
        <div key={tier} className={styles.tier} data-testid="tier-row">
          {tier < form.limits.length ? (
            <label>
              <span>{t('upToLabel', { unit })}</span>
              <input
                value={form.limits[tier]}
                inputMode="decimal"
                onChange={(event) =>
                  set({ limits: form.limits.map((limit, i) => (i === tier ? event.target.value : limit)) })
                }
              />
            </label>
          ) : (
            <span className={styles.rest}>{t(tier === 0 ? 'allUse' : 'theRest')}</span>
          )}
          {periods.map((period) => (
            <label key={period}>
              <span>{periodOf(period)}</span>
              <input
                value={prices[period] ?? ''}
                inputMode="decimal"
                onChange={(event) =>
                  set({ prices: replaced(form.prices, tier, { [period]: event.target.value }) })
                }
                data-testid={`price-${tier + 1}-${period}`}
              />
            </label>
          ))}
        </div>
      ))}
      <div className={styles.buttons}>
        <Button
          size="small"
          onClick={() =>
            set({
              limits: [...form.limits, ''],
              prices: [...form.prices, { ...form.prices.at(-1) }],
              accrual: form.accrual === 'NONE' ? 'MONTH' : form.accrual,
            })
          }
        >
          {t('addTier')}
        </Button>
        {form.limits.length > 0 && (
          <Button
            size="small"
            onClick={() => set({ limits: form.limits.slice(0, -1), prices: form.prices.slice(0, -1) })}
          >
            {t('removeTier')}
          </Button>
        )}
      </div>
    </fieldset>
  );
}

/** What a PV point is paid for what it exports, period by period. */
export function ExportFields({ form, set }: Part) {
  const t = useTranslations('tariffs');
  const periodOf = usePeriodName();
  const { exportPrices } = form;
  return (
    <fieldset className={styles.rows}>
      <legend>{t('exportPrices')}</legend>
      <CheckField
        label={t('exportPaid')}
        checked={exportPrices !== null}
        onChange={(event) => set({ exportPrices: event.target.checked ? {} : null })}
        data-testid="export-paid"
      />
      {exportPrices && (
        <div className={styles.tier}>
          {periodsOf(form).map((period) => (
            <label key={period}>
              <span>{periodOf(period)}</span>
              <input
                value={exportPrices[period] ?? ''}
                inputMode="decimal"
                onChange={(event) => set({ exportPrices: { ...exportPrices, [period]: event.target.value } })}
                data-testid={`export-${period}`}
              />
            </label>
          ))}
        </div>
      )}
    </fieldset>
  );
}

const KINDS: readonly SurchargeKind[] = ['PER_UNIT', 'PER_DAY', 'PERCENT', 'TAX'];

/** What is asked beside the prices. */
export function SurchargeFields({ form, set }: Part) {
  const t = useTranslations('tariffs');
  return (
    <fieldset className={styles.rows}>
      <legend>{t('surcharges')}</legend>
      {form.surcharges.map((surcharge, i) => (
        <div key={i} className={styles.row} data-testid="surcharge-row">
          <select
            aria-label={t('kind')}
            value={surcharge.kind}
            onChange={(event) =>
              set({ surcharges: replaced(form.surcharges, i, { kind: event.target.value as SurchargeKind }) })
            }
          >
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {t(`kinds.${kind}`)}
              </option>
            ))}
          </select>
          <input
            aria-label={t('code')}
            value={surcharge.code}
            onChange={(event) =>
              set({ surcharges: replaced(form.surcharges, i, { code: event.target.value.trim() }) })
            }
          />
          <input
            aria-label={t('value')}
            value={surcharge.value}
            inputMode="decimal"
            onChange={(event) =>
              set({ surcharges: replaced(form.surcharges, i, { value: event.target.value }) })
            }
          />
          <Button
            size="small"
            variant="quiet"
            onClick={() => set({ surcharges: without(form.surcharges, i) })}
          >
            {t('remove')}
          </Button>
        </div>
      ))}
      <Button
        size="small"
        onClick={() => set({ surcharges: [...form.surcharges, { code: '', kind: 'PER_UNIT', value: '' }] })}
      >
        {t('addSurcharge')}
      </Button>
    </fieldset>
  );
}
