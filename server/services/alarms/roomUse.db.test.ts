import { afterAll, beforeAll, expect, it } from 'vitest';
import { withTransaction } from '../../../db/client';
import { alarmsOfCampus } from '../../../db/queries/alarmViews';
import type { AlarmRuleCode } from '../../../domain/alarms/alarmCatalogue';
import { applyAlarmSignal } from '../../../engine/applyAlarmEvent';
import { audienceOf } from '../../live/audience';
import type { Channel, Channels } from '../../live/channels';
import { LiveState } from '../../live/liveState';
import { publishAlarms } from '../../live/publishAlarms';
import type { Topology } from '../../live/topology';
import { signedIn } from '../../testing/callerOf';
import { ServiceCampus } from '../../testing/serviceCampus';
import { readAlarm } from './readAlarm';
import { readJournal } from './readJournal';

let campus: ServiceCampus;
let campusId: number;
const ids: Record<string, number> = {};

const EVIDENCE: Partial<Record<AlarmRuleCode, [string, object]>> = {
  CONSUMPTION_ANOMALY: ['P-101', { value: 31.25, limit: null, unit: 'KWH', usualKwh: 31.25, z: 31.25 }],
  VACANT_USE: ['P-102', { value: 31.25, limit: 0.2, unit: 'KWH', days: 2 }],
  NON_TECHNICAL_LOSS: [
    'F-N',
    {
      ...{ value: 16, limit: 2, unit: 'KWH', cusum: 21 },
      suspects: [{ point: 'P-101', place: 'N-101', value: 31.25, unit: 'KWH' }],
    },
  ],
  OVERLOAD: ['P-101', { value: 1_900, limit: 1_500, unit: 'W' }],
};

beforeAll(async () => {
  campus = await ServiceCampus.start();
  const { database, clock } = campus;
  for (const [rule, [code, evidence]] of Object.entries(EVIDENCE)) {
    const { rows } = await database.pool.query<{ id: number; spaceId: number; campusId: number }>(
      `select id, space_id as "spaceId", campus_id as "campusId" from meter_point where code = $1`,
      [code],
    );
    const { id, spaceId } = rows[0]!;
    ({ campusId } = rows[0]!);
    const atMs = clock.now();
    ids[rule] = (await withTransaction(database, (tx) =>
      applyAlarmSignal(tx, atMs, {
        ...{ rule: rule as AlarmRuleCode, kind: 'RAISE', atMs, evidence: { ...evidence } },
        subject: { campusId, type: 'POINT', id, spaceId },
      }),
    ))!;
  }
});
afterAll(() => campus?.database.drop());

/** All that somebody is told of these alarms: the page of each, the journal, and the live feed as a whole and one by one. */
async function toldTo(code: string): Promise<Record<string, string>> {
  const { caller, deps } = await campus.as(code);
  const { scope } = caller.permission('VIEW_ALARMS')!;
  const pages = [];
  for (const id of Object.values(ids)) pages.push(await readAlarm(deps, caller, scope, id));
  const audience = await audienceOf(
    campus.database,
    await signedIn(campus.database, code, campus.clock.now()),
    new Date(campus.clock.now()),
  );
  const rows = await alarmsOfCampus(campus.database, campusId, 0, 100);
  const state = new LiveState({} as Topology);
  state.takeAlarms(rows, campus.clock.now());
  const sent: unknown[] = [];
  const channels = {
    listened: () => [{ kind: 'alarms', room: 'alarms', audience } as unknown as Channel],
    sendAlarm: (_to: Channel, event: unknown) => sent.push(event),
  } as unknown as Channels;
  publishAlarms(channels, state, campusId, rows, campus.clock.now());
  const journal = await readJournal(
    deps,
    scope,
    { span: 'DAY', priority: null, announcedOnly: false },
    null,
    100,
  );
  return {
    pages: JSON.stringify(pages),
    journal: JSON.stringify(journal),
    snapshot: JSON.stringify(state.alarmsFor(audience)),
    events: JSON.stringify(sent),
  };
}

it.each(['auditor', 'admin'])(
  'what a single room used is told by no alarm to who does not see rooms live: %s',
  async (code) => {
    for (const [where, told] of Object.entries(await toldTo(code))) {
      expect(told, where).not.toContain('31.25');
      for (const rule of ['CONSUMPTION_ANOMALY', 'VACANT_USE', 'NON_TECHNICAL_LOSS', 'OVERLOAD'])
        expect(told, `${where} tells of the alarm itself`).toContain(rule);
    }
    const { snapshot } = await toldTo(code);
    expect(snapshot, 'a feeder’s loss and the load that is a danger stay').toContain('"16"');
    expect(snapshot).toContain('"1900"');
  },
);

it.each(['energy', 'warden-n', 'maintainer'])('who sees the rooms live is told: %s', async (code) => {
  const { pages, snapshot, events } = await toldTo(code);
  for (const told of [pages, snapshot, events]) expect(told).toContain('31.25');
});
