import fc from 'fast-check';
import { expect, test } from 'vitest';
import { topicProblem } from '../contracts/foreignTopics';
import { nodeBase } from '../contracts/mqttTopics';
import type { ForeignMeter } from './enginePort';
import { ForeignMeters } from './foreignMeters';
import { judgePublish, maySubscribe } from './sources/accessRules';

const SITES = ['north', 'south'] as const;
/** What a forger would put together, in many orders. */
const scrap = fc.constantFrom(
  ...[
    '%prefix%',
    '%topic%',
    '/',
    '/',
    'em',
    'em/v1',
    'north',
    'm',
    'gw',
    'up',
    'dn',
    'live',
    'status',
    'P-0',
    'P-1',
  ],
  ...['tele', 'stat', 'cmnd', 'plug', '+', '#', '$share', '$SYS', '%', 'e', ' ', '\0', '\n', '\ud83d'],
);
const freeText = fc.oneof(
  fc.array(scrap, { maxLength: 7 }).map((parts) => parts.join('')),
  fc.string({ maxLength: 12 }),
);
/** Patterns that hold both placeholders, since hardly any free text does. */
const pattern = fc
  .tuple(
    fc.array(scrap, { maxLength: 2 }),
    fc.boolean(),
    fc.array(scrap, { maxLength: 2 }),
    fc.array(scrap, { maxLength: 2 }),
  )
  .map(([before, turned, between, after]) =>
    [
      ...before,
      turned ? '%topic%' : '%prefix%',
      '/',
      ...between,
      turned ? '%prefix%' : '%topic%',
      ...after,
    ].join(''),
  );
const options = fc.record(
  {
    fullTopic: fc.oneof(
      { arbitrary: pattern, weight: 3 },
      { arbitrary: freeText, weight: 1 },
      {
        arbitrary: fc.constantFrom('%prefix%/%topic%/', 'tele/%topic%/%prefix%', '%topic%/%prefix%/'),
        weight: 3,
      },
    ),
    topic: fc.oneof(
      { arbitrary: freeText, weight: 1 },
      { arbitrary: fc.constantFrom('plug', 'tele/plug', 'P-1'), weight: 2 },
    ),
  },
  { requiredKeys: [] },
);
const fleet = fc
  .array(fc.record({ site: fc.constantFrom(...SITES), options }), { minLength: 2, maxLength: 4 })
  .map((drafts) =>
    drafts.map(
      ({ site, options: given }, at): ForeignMeter => ({
        site,
        meterCode: `P-${at}`,
        profile: 'tasmota',
        options: given,
      }),
    ),
  );

/** Whether an MQTT filter takes a topic, by the standard. */
function takes(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (const [at, level] of wanted.entries()) {
    if (level === '#') return true;
    if (level !== '+' && level !== levels[at]) return false;
    if (at >= levels.length) return false;
  }
  return wanted.length === levels.length;
}

test('no name that is accepted reaches our own topics or another meter, in the bridge and at its broker', () => {
  let heard = 0;
  let shared = 0;
  fc.assert(
    fc.property(fleet, (meters) => {
      const foreign = new ForeignMeters();
      foreign.replace(meters);
      const identityOf = ({ site, meterCode }: ForeignMeter) =>
        ({ role: 'NODE', site, kind: 'METER', code: meterCode }) as const;
      const ours = SITES.flatMap((site) =>
        ['P-0', 'G1'].flatMap((code) =>
          (['METER', 'GATEWAY'] as const).flatMap((kind) =>
            ['up/data', 'up/ack', 'dn/cmd', 'status'].map((leaf) => `${nodeBase(site, kind, code)}/${leaf}`),
          ),
        ),
      ).concat('em/v1/north/live/frame');
      for (const filter of foreign.filters())
        for (const topic of ours) expect(takes(filter, topic)).toBe(false);

      for (const meter of meters) {
        const access = foreign.access(meter.site, meter.meterCode)!;
        const identity = identityOf(meter);
        for (const topic of ours) {
          if (topic.startsWith(`${nodeBase(meter.site, 'METER', meter.meterCode)}/`)) continue;
          expect(judgePublish(identity, topic, access)).not.toBe('ALLOW');
          expect(maySubscribe(identity, topic, access)).toBe(false);
        }
        for (const prefix of [...access.publishPrefixes, ...access.subscribePrefixes])
          expect(prefix).not.toMatch(/^em\/|[+#$]|^\/|\/\/|\p{C}/u);
        if (!foreign.ofMeter(meter.site, meter.meterCode)) {
          if (topicProblem('tasmota', meter.meterCode, meter.options)) continue;
          shared++;
          expect(access.subscribePrefixes).toEqual([]);
          for (const base of access.publishPrefixes) {
            expect(foreign.ofTopic(`${base}SENSOR`)).toBeNull();
            expect(foreign.sharedTopic(`${base}SENSOR`)).not.toBeNull();
          }
          continue;
        }
        heard++;
        for (const base of access.publishPrefixes) {
          expect(foreign.ofTopic(`${base}SENSOR`)?.meter).toBe(meter);
          expect(judgePublish(identity, `${base}SENSOR`, access)).toBe('ALLOW');
        }
        for (const other of meters) {
          if (other === meter) continue;
          const own = foreign.access(other.site, other.meterCode)!;
          for (const base of [...access.publishPrefixes, ...access.subscribePrefixes]) {
            expect(judgePublish(identityOf(other), `${base}POWER`, own)).not.toBe('ALLOW');
            for (const filter of [`${base}#`, `${base}+`, `${base}POWER`])
              expect(maySubscribe(identityOf(other), filter, own)).toBe(false);
          }
        }
      }
    }),
    { numRuns: 600 },
  );
  // Both kinds of meter came up, so that the property says something.
  expect(heard).toBeGreaterThan(100);
  expect(shared).toBeGreaterThan(50);
});

test('meters that take no part are named, with the reason', () => {
  const foreign = new ForeignMeters();
  const meter = (site: string, meterCode: string, given: Record<string, string>): ForeignMeter => ({
    site,
    meterCode,
    profile: 'tasmota',
    options: given,
  });
  foreign.replace([
    meter('north', 'A', { topic: 'same' }),
    meter('south', 'B', { topic: 'same' }),
    meter('north', 'C', { fullTopic: 'em/v1/south/m/%topic%/%prefix%' }),
    meter('north', 'D', { topic: 'own' }),
    meter('north', 'E', { topic: 'twice' }),
    meter('north', 'F', { topic: 'twice' }),
  ]);
  expect(foreign.setAside).toEqual([
    { site: 'north', meterCode: 'C', reason: 'TOPIC_RESERVED' },
    { site: 'north', meterCode: 'A', reason: 'TOPIC_SHARED' },
    { site: 'south', meterCode: 'B', reason: 'TOPIC_SHARED' },
    { site: 'north', meterCode: 'E', reason: 'TOPIC_SHARED' },
    { site: 'north', meterCode: 'F', reason: 'TOPIC_SHARED' },
  ]);
  expect(foreign.sharedTopic('tele/same/SENSOR')).toEqual({ site: null });
  expect(foreign.sharedTopic('tele/twice/SENSOR')).toEqual({ site: 'north' });
  expect(foreign.sharedTopic('tele/own/SENSOR')).toBeNull();
});
