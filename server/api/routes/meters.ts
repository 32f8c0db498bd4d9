import { createRoute, z } from '@hono/zod-openapi';
import { restCode } from '../../../contracts/restCommon';
import {
  type RestAggregate,
  type RestReading,
  readingsPage,
  readingsQuery,
} from '../../../contracts/restMeters';
import {
  findMeterPlace,
  listReadings,
  type ReadingSum,
  type StoredReading,
  sumReadings,
} from '../../../db/queries/meterReadings';
import { DomainError } from '../../../domain/errors';
import { standstillIsMissing } from '../../../domain/metering/standstill';
import { campusZone } from '../../../domain/time/campusTime';
import { textFromMicro } from '../../../domain/units';
import { pageOfRows, pageSize, readCursor } from '../cursor';
import { problem } from '../problem';
import {
  answer,
  instantsOf,
  PROBLEMS,
  type RestApp,
  type RestContext,
  requireScope,
  SECURITY,
} from '../restApp';

const DAY_MS = 86_400_000;
/** The longest range that one call may ask for, by what it asks. */
const MAX_RANGE_MS = { raw: 100 * DAY_MS, '15m': 100 * DAY_MS, '1h': 800 * DAY_MS, '1d': 4_000 * DAY_MS };

const getReadings = createRoute({
  method: 'get',
  path: '/meters/{code}/readings',
  summary: 'Stored readings, or sums per quarter hour, hour or day; oldest first',
  description:
    'A sum covers (from, to]: the interval that ends exactly on an edge counts before it. Stored readings are kept 90 days.',
  tags: ['meters'],
  security: SECURITY,
  request: { params: z.strictObject({ code: restCode }), query: readingsQuery },
  responses: { 200: answer('One page', readingsPage), ...PROBLEMS },
});

const milliseconds = z.tuple([z.number().int().min(0).max(8_640_000_000_000_000)]);

export function registerMeters(api: RestApp): void {
  api.openapi(getReadings, async (c) => {
    const { scope } = requireScope(c, 'VIEW_LIVE_ROOM');
    const { code } = c.req.valid('param');
    const query = c.req.valid('query');
    const range = { fromMs: Date.parse(query.from), toMs: Date.parse(query.to) };
    const span = query.every ?? null;
    checkRange(range, MAX_RANGE_MS[span ?? 'raw']);
    const limit = pageSize(query.limit);
    const position = readCursor(query.cursor, milliseconds);
    const meter = await findMeterPlace(c.get('reader'), scope, code);
    if (!meter) throw new DomainError('notFound', 'METER', `There is no meter ${code}.`);
    const fromMs = Math.max(range.fromMs, meter.seenSinceMs);
    const page = { fromMs, toMs: range.toMs, afterMs: position?.[0] ?? null, limit: limit + 1 };
    const head = { meter: meter.code, utility: meter.utility, every: span };
    if (span === null) {
      const rows = await listReadings(c.get('reader'), meter.id, page);
      const { items, nextCursor } = pageOfRows(
        rows,
        limit,
        (row) => readingOf(row, c),
        (row) => [row.tsMs],
      );
      return c.json({ ...head, readings: items, nextCursor }, 200);
    }
    const { timeZone } = c.get('caller').campus;
    const rows = await sumReadings(c.get('reader'), meter.id, {
      ...page,
      span,
      timeZone,
      wholeHours: hasWholeHours(timeZone, range.fromMs, range.toMs),
      standstills: standstillIsMissing(meter),
    });
    const { items, nextCursor } = pageOfRows(
      rows,
      limit,
      (row) => aggregateOf(row, c),
      (row) => [row.fromMs],
    );
    return c.json({ ...head, aggregates: items, nextCursor }, 200);
  });
}

function checkRange({ fromMs, toMs }: { fromMs: number; toMs: number }, maxMs: number): void {
  const code = toMs <= fromMs ? 'RANGE_EMPTY' : toMs - fromMs > maxMs ? 'RANGE_TOO_LONG' : null;
  if (code === null) return;
  throw problem(400, code, `\`to\` must be after \`from\`, at most ${maxMs / DAY_MS} days.`, [
    { pointer: '/to', code, in: 'query' },
  ]);
}

/** Whether the zone's offset is whole hours throughout the range, so that days are made of full UTC hours. */
function hasWholeHours(timeZone: string, fromMs: number, toMs: number): boolean {
  const zone = campusZone(timeZone);
  for (let atMs = fromMs; ; atMs = Math.min(atMs + 7 * DAY_MS, toMs)) {
    if (zone.offsetMsAt(atMs) % 3_600_000 !== 0) return false;
    if (atMs >= toMs) return true;
  }
}

const QUALITIES: readonly RestReading['quality'][] = [
  'VALID',
  'SUSPECT',
  'DISCARDED',
  'CLOCK_FUTURE',
  'JITTER',
];

function readingOf(row: StoredReading, c: RestContext): RestReading {
  const { at } = instantsOf(c);
  return {
    at: at(row.tsMs),
    receivedAt: at(row.rxMs),
    register: row.valueMicro === null ? null : textFromMicro(row.valueMicro),
    quantity: row.quantityMicro === null ? null : textFromMicro(row.quantityMicro),
    quality: QUALITIES[row.quality] ?? 'SUSPECT',
    timeSource: row.tsSource === 1 ? 'RX' : 'DEVICE',
    epoch: row.epoch,
    powerW: row.powerW,
    voltageV: row.voltageV,
    currentA: row.currentA,
    powerFactor: row.powerFactor,
    relay: row.relay,
    valve: row.valve,
  };
}

function aggregateOf(row: ReadingSum, c: RestContext): RestAggregate {
  const { at } = instantsOf(c);
  return {
    from: at(row.fromMs),
    to: at(row.toMs),
    quantity: textFromMicro(row.quantityMicro),
    powerMeanW: row.powerMeanW,
    powerMaxW: row.powerMaxW,
    readings: row.readings,
    missing: row.standstill,
  };
}
