import type { AlarmFigures, AlarmLatency } from './alarmLatency';
import type { IngestFigures } from './ingest';
import type { LatencyFigures } from './latency';
import type { LedgerFigures } from './ledger';
import type { LiveFigures } from './liveFanout';
import type { Spread } from './statistics';
import type { TopUpFigures } from './topUp';

/** What one run measured, as `bench/results.json` keeps it. Parts that were not asked for are absent. */
export interface BenchResults {
  measuredAt: string;
  machine: {
    processors: number;
    memoryGib: number;
    model: string;
    node: string;
    database: string;
    /** Over three seconds before anything was started. */
    idlePercent: number;
  };
  meters: number;
  ingest?: IngestFigures;
  latency?: LatencyFigures[];
  topUp?: TopUpFigures;
  alarms?: AlarmFigures;
  live?: LiveFigures;
  ledger?: LedgerFigures[];
}

/** The results as the table that bench/README.md holds. */
export function reportOf(results: BenchResults): string {
  const { machine, meters } = results;
  const lines = [
    `${machine.processors} × ${machine.model}, ${machine.memoryGib} GiB, Node ${machine.node}, ${machine.database}, ${meters} meters, ${machine.idlePercent} % idle before; ${results.measuredAt.slice(0, 10)}`,
    '',
    '| measure | figure |',
    '| --- | --- |',
    ...(results.ingest ? ingestLines(results.ingest) : []),
    ...(results.latency ?? []).map(latencyLine),
    ...(results.topUp ? topUpLines(results.topUp) : []),
    ...(results.alarms ? alarmLines(results.alarms) : []),
    ...(results.live ? liveLines(results.live) : []),
    ...(results.ledger ?? []).map(ledgerLine),
  ];
  return `${lines.join('\n')}\n`;
}

const FORMS = { GATEWAY: 'gateway messages of 50', SINGLE: 'single messages' };

const whole = (value: number) => Math.round(value).toLocaleString('en');
const spread = ({ p50Ms, p99Ms }: Spread) => `p50 ${p50Ms} ms, p99 ${p99Ms} ms`;

function ingestLines({ rawCopyPerS, forms }: IngestFigures): string[] {
  return [
    `| raw COPY into \`reading\` | ${whole(rawCopyPerS)} rows/s |`,
    ...(['GATEWAY', 'SINGLE'] as const).map((form) => {
      const { readingsPerS, ratio, microsByPart } = forms[form];
      const parts = Object.entries(microsByPart)
        .filter(([, micros]) => Number.isFinite(micros))
        .map(([part, micros]) => `${part} ${micros}`);
      return `| pipeline, ${FORMS[form]} | ${whole(readingsPerS)} readings/s, **${ratio}** of COPY; µs of processor per reading: ${parts.join(', ')} |`;
    }),
  ];
}

function latencyLine(figures: LatencyFigures): string {
  return `| publish to charged, ${whole(figures.ratePerS)} readings/s, ${FORMS[figures.form]} | ${spread(figures)} (${whole(figures.publishedPerS)}/s published) |`;
}

function topUpLines({ oneByOne, atOnce, atOnceAccepted, underLoad }: TopUpFigures): string[] {
  return [
    `| top-up to relay, one by one | ${spread(oneByOne)} |`,
    `| top-up to relay, ${atOnce.count} at once | ${spread(atOnce)} |`,
    `| the same from accepted to acknowledged | p50 ${atOnceAccepted.p50Ms} ms, p95 ${atOnceAccepted.p95Ms} ms |`,
    `| top-up to relay, one by one at ${whole(underLoad.readingsPerS)} readings/s | ${spread(underLoad)} |`,
  ];
}

function alarmLines({ ratePerS, calm, atQuarter }: AlarmFigures): string[] {
  const lines = (when: string, { alarms, publishedPerS, toCommand, toScreen }: AlarmLatency) => [
    `| deciding reading to open command, ${whole(ratePerS)} readings/s${when} | ${spread(toCommand)} (${alarms} alarms; ${whole(publishedPerS)}/s published) |`,
    `| deciding reading to the alarm on a screen, ${whole(ratePerS)} readings/s${when} | ${spread(toScreen)} |`,
  ];
  return [...lines('', calm), ...lines(', over a quarter hour', atQuarter)];
}

function liveLines(figures: LiveFigures): string[] {
  return [
    `| ${whole(figures.clients)} live clients at ${whole(figures.readingsPerS)} readings/s | server ${figures.serverPercent} % of a core (${figures.serverAlonePercent} % without them), ${whole(figures.messagesPerS)} messages/s of ${figures.kilobytesPerMessage} KB, ${whole(figures.valuesPerS)} values/s |`,
    `| reading published to seen by a live client | ${spread(figures.publishToClient)} |`,
  ];
}

function ledgerLine(figures: LedgerFigures): string {
  const { entries, seconds, entriesPerSecond, timesRawSha256, checkpoints, grownMib, databaseMib } = figures;
  return `| ledger verified, ${entries.toLocaleString('en')} entries | ${seconds} s: ${entriesPerSecond.toLocaleString('en')} entries/s, **${timesRawSha256}** times raw SHA-256 of its texts; ${checkpoints} checkpoints, ${grownMib} MiB more at most, database ${whole(databaseMib)} MiB |`;
}
