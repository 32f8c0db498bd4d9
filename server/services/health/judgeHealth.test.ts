import { expect, test } from 'vitest';
import { CHECK_CODES, type HealthFacts, judgeHealth, nearestRank } from './judgeHealth';

const NOW = 1_800_000_000_000;
const wall = (heardMs: number | null) => ({
  id: 'w',
  name: 'Gate',
  pairedMs: NOW - 3_600_000,
  lastHeartbeatMs: heardMs,
  lastFrameMs: null,
});

const calm: HealthFacts = {
  nowMs: NOW,
  brokerConnected: true,
  lastFrameMs: NOW - 1_000,
  ingestLagMs: 40,
  ingest: { lastMinute: 600, expectedPerMinute: 600 },
  capture: { expected: 100_000, received: 99_900 },
  gateways: [
    { code: 'G', space: null, online: true, statusMs: NOW, lastSeenMs: NOW, meters: 4, inspection: null },
  ],
  quarantinedLately: 0,
  commands: [{ state: 'FAILED', count: 3, lately: 0 }],
  toAckMs: [100, 900, 1_000],
  ledger: {
    checkpointMs: NOW - 600_000,
    unsealed: 4,
    oldestUnsealedMs: NOW - 500_000,
    transactionsToday: 10,
    entriesToday: 20,
    invalidSinceMs: null,
  },
  jobs: [{ job: 'tidyUp', startedMs: NOW, finishedMs: NOW, error: null }],
  walls: [wall(NOW - 90_000)],
};

const failing = (facts: Partial<HealthFacts>) =>
  judgeHealth({ ...calm, ...facts })
    .filter(({ state }) => state === 'FAILING')
    .map(({ code }) => code);

test('a calm campus fails nothing, and every check is told once', () => {
  expect(failing({})).toEqual([]);
  expect(
    judgeHealth(calm)
      .map(({ code }) => code)
      .sort(),
  ).toEqual([...CHECK_CODES].sort());
});

test.each<[string, Partial<HealthFacts>, string]>([
  ['a broker that is gone', { brokerConnected: false }, 'BROKER'],
  ['a bridge that was never heard', { lastFrameMs: null }, 'BRIDGE'],
  ['a bridge silent for over a minute', { lastFrameMs: NOW - 60_001 }, 'BRIDGE'],
  ['a lag over 2 s', { ingestLagMs: 2_001 }, 'LAG'],
  ['meters that fell silent together', { ingest: { lastMinute: 569, expectedPerMinute: 600 } }, 'INGEST'],
  ['one reading below the promise', { capture: { expected: 100_000, received: 99_899 } }, 'CAPTURE'],
  ['a gateway away', { gateways: [{ ...calm.gateways[0]!, online: false }] }, 'GATEWAYS'],
  ['a refusal within the hour', { quarantinedLately: 1 }, 'QUARANTINE'],
  ['an unproven command', { commands: [{ state: 'UNVERIFIED', count: 1, lately: 1 }] }, 'COMMANDS'],
  ['top-ups slower than promised', { toAckMs: [1_001] }, 'TOP_UP'],
  ['a ledger that does not verify', { ledger: { ...calm.ledger, invalidSinceMs: NOW } }, 'LEDGER'],
  ['a late checkpoint', { ledger: { ...calm.ledger, checkpointMs: NOW - 1_200_001 } }, 'CHECKPOINT'],
  ['a failed job', { jobs: [{ ...calm.jobs[0]!, error: 'disk full' }] }, 'JOBS'],
  ['a wall silent for over 90 s', { walls: [wall(NOW - 90_001)] }, 'WALLS'],
  ['a wall that was paired and never came', { walls: [wall(null)] }, 'WALLS'],
])('%s fails its own check and no other, and comes first', (_what, facts, code) => {
  expect(failing(facts)).toEqual([code]);
  expect(judgeHealth({ ...calm, ...facts })[0]).toEqual({ code, state: 'FAILING' });
});

test('percentiles are samples by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([0.5, 0.95, 0.99].map((share) => nearestRank(hundred, share))).toEqual([50, 95, 99]);
  expect(nearestRank([], 0.5)).toBeNull();
});
