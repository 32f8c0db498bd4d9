import { loadAxisMax } from './roomLoad';
import { axisTooltip, type ChartTheme, gridLine } from './theme';
import { actualLine, bareTimeAxis, type Forecast, forecastLines, valueAxis } from './timeChart';
import { type Point, toWallMs } from './wallTime';

/** What was measured and what is expected, between two instants (ms UTC). */
interface Measured {
  readonly from: number;
  readonly to: number;
  readonly zone: string;
  readonly points: readonly Point[];
  readonly forecast: Forecast;
}

/**
 * The frame and the lines of a chart that draws what was measured solid over what is expected, dashed inside its band.
 * @param limit a line that the axis has to reach as well; null: none
 */
export function overForecast(
  { from, to, zone, points, forecast }: Measured,
  limit: number | null,
  words: {
    readonly tick: (value: number) => string;
    readonly tooltip: (wallMs: number) => readonly string[];
  },
  theme: ChartTheme,
) {
  const { px } = theme;
  const highest: Point[] = forecast.map(([ms, , , high]) => [ms, high]);
  const max = loadAxisMax([...points, ...highest], limit);
  const { fan, median } = forecastLines(theme, forecast, zone, { opacity: 0.12, dash: [5, 4] });
  return {
    frame: {
      grid: { left: px(44), right: px(1), top: px(12), bottom: px(28) },
      tooltip: axisTooltip(theme, words.tooltip),
      xAxis: bareTimeAxis(theme, toWallMs(from, zone), toWallMs(to, zone)),
      yAxis: {
        ...valueAxis(theme, { max, step: max / 2, tick: words.tick }),
        splitLine: gridLine(theme, true),
      },
    },
    series: [...fan, median, actualLine(theme, points, zone)],
  };
}
