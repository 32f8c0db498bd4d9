import styles from './Sparkline.module.css';

interface Props {
  /** Values oldest first, evenly spaced; null is a gap and is not bridged. */
  values: readonly (number | null)[];
  /** Usual band in the same unit. */
  usual?: { low: number; high: number };
  width?: number;
  height?: number;
  /** Default true: a dot on the newest value. */
  dot?: boolean;
}

const PAD = 2;

/** Small line of the last hours without axes; the words beside it say the values, so it is decorative. */
export function Sparkline({ values, usual, width = 48, height = 24, dot = true }: Props) {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  if (known.length < 2)
    return <svg className={styles.spark} width={width} height={height} aria-hidden="true" />;
  const all = usual ? [...known, usual.low, usual.high] : known;
  const low = Math.min(...all);
  const span = Math.max(...all) - low || 1;
  const right = width - (dot ? 4 : 0);
  const x = (index: number) => (index / (values.length - 1)) * right;
  const y = (value: number) => height - PAD - ((value - low) / span) * (height - 2 * PAD);
  let path = '';
  let pen = false;
  values.forEach((value, index) => {
    if (value === null || !Number.isFinite(value)) {
      pen = false;
      return;
    }
    path += `${pen ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = true;
  });
  const lastKnown = values.findLastIndex((value) => value !== null);
  const gapFrom = lastKnown < values.length - 1 ? x(lastKnown) : null;
  const last = values[lastKnown];
  return (
    <svg
      className={styles.spark}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
    >
      {usual && (
        <rect
          className={styles.usual}
          x="0"
          y={y(usual.high)}
          width={width}
          height={Math.max(1, y(usual.low) - y(usual.high))}
        />
      )}
      <path d={path} />
      {gapFrom !== null && (
        <foreignObject x={gapFrom} y={PAD} width={width - gapFrom} height={height - 2 * PAD}>
          <div className={styles.gap} />
        </foreignObject>
      )}
      {dot && gapFrom === null && last !== null && last !== undefined && (
        <circle cx={x(lastKnown)} cy={y(last)} r="2.5" />
      )}
    </svg>
  );
}
