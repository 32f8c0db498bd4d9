import { useTranslations } from 'next-intl';
import { usePeriodName } from '../ui/usePeriodName';
import { minutesText, priceText } from './draftForm';
import styles from './tariffs.module.css';
import type { TariffBody } from './tariffTypes';

const DAY_MINUTES = 1_440;
const RADIUS = 76;
const INNER = 50;
const TONES = 6;

/** The day of one day type as a ring of 24 hours, midnight on top; dearer periods stand darker. Its words stand beside it. */
export function TouClock({
  body,
  dayType,
  unit,
}: {
  body: TariffBody;
  dayType: string;
  /** Of its prices, such as ¥/kWh. */
  unit: string;
}) {
  const t = useTranslations('tariffs');
  const periodOf = usePeriodName();
  const spans = body.periods[dayType] ?? [];
  const prices = body.pricesMicro[0] ?? {};
  const tones = tonesOf(
    spans.map((span) => span.period),
    prices,
  );
  const label = t('clockLabel', { dayType: dayName(t, dayType) });
  return (
    <figure className={styles.clock} data-testid="tou-clock">
      <svg viewBox="-92 -92 184 184" role="img" aria-label={label}>
        {spans.map((span) => (
          <path
            key={span.startMinute}
            d={ring(span.startMinute, span.endMinute)}
            style={{ fill: `var(--load-${tones.get(span.period)})` }}
          />
        ))}
        {[0, 6, 12, 18].map((hour) => {
          const [x, y] = place(hour * 60, RADIUS + 9);
          return (
            <text key={hour} x={x} y={y} className={styles.hour}>
              {hour}
            </text>
          );
        })}
      </svg>
      <figcaption>
        <p className="meta">{`${dayName(t, dayType)} · ${unit}`}</p>
        <ul className={styles.spans}>
          {spans.map((span) => (
            <li key={span.startMinute}>
              <i style={{ background: `var(--load-${tones.get(span.period)})` }} aria-hidden="true" />
              <span>{`${minutesText(span.startMinute)}–${minutesText(span.endMinute)}`}</span>
              <b>{periodOf(span.period)}</b>
              <span className="num">{priceText(BigInt(prices[span.period] ?? 0))}</span>
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}

/** Words of a day type; `*` is every other day. */
export function dayName(t: ReturnType<typeof useTranslations<'tariffs'>>, dayType: string): string {
  if (dayType === '*') return t('dayTypes.any');
  return t.has(`dayTypes.${dayType}`) ? t(`dayTypes.${dayType}`) : dayType;
}

/** Tones 1 to 6 by price, cheapest first; periods of one price share one. */
function tonesOf(periods: readonly string[], prices: Readonly<Record<string, string>>): Map<string, number> {
  const levels = [...new Set(periods.map((period) => BigInt(prices[period] ?? 0)))].sort((a, b) =>
    a < b ? -1 : a > b ? 1 : 0,
  );
  const step = levels.length > 1 ? (TONES - 2) / (levels.length - 1) : 0;
  return new Map(
    periods.map((period) => [period, 1 + Math.round(levels.indexOf(BigInt(prices[period] ?? 0)) * step)]),
  );
}

function place(minute: number, radius: number): [number, number] {
  const angle = (minute / DAY_MINUTES) * 2 * Math.PI - Math.PI / 2;
  return [Math.cos(angle) * radius, Math.sin(angle) * radius];
}

function ring(fromMinute: number, toMinute: number): string {
  if (toMinute - fromMinute >= DAY_MINUTES)
    return `${ring(0, DAY_MINUTES / 2)} ${ring(DAY_MINUTES / 2, DAY_MINUTES)}`;
  const large = toMinute - fromMinute > DAY_MINUTES / 2 ? 1 : 0;
  const at = (minute: number, radius: number) =>
    place(minute, radius)
      .map((value) => value.toFixed(2))
      .join(' ');
  return (
    `M ${at(fromMinute, RADIUS)} A ${RADIUS} ${RADIUS} 0 ${large} 1 ${at(toMinute, RADIUS)} ` +
    `L ${at(toMinute, INNER)} A ${INNER} ${INNER} 0 ${large} 0 ${at(fromMinute, INNER)} Z`
  );
}
