import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  downFilter,
  downTopic,
  liveFrameTopic,
  parseTopic,
  sharedFilter,
  siteOfLiveTopic,
  statusTopic,
  UP_FILTERS,
  upTopic,
} from './mqttTopics';

const code = fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/);
const kind = fc.constantFrom('GATEWAY' as const, 'METER' as const);

describe('native topics', () => {
  test('what a builder makes, parseTopic reads back', () => {
    fc.assert(
      fc.property(
        code,
        kind,
        code,
        fc.constantFrom('DATA', 'EVENT', 'ACK'),
        (site, nodeKind, node, stream) => {
          const topic = upTopic(site, nodeKind, node, stream as 'DATA');
          expect(parseTopic(topic)).toEqual({ site, kind: nodeKind, code: node, direction: 'UP', stream });
        },
      ),
    );
    fc.assert(
      fc.property(code, kind, code, (site, nodeKind, node) => {
        expect(parseTopic(statusTopic(site, nodeKind, node))?.stream).toBe('STATUS');
        expect(parseTopic(downTopic(site, nodeKind, node, 'CMD'))).toMatchObject({
          direction: 'DOWN',
          stream: 'CMD',
        });
      }),
    );
  });

  test('the texts of the contract are what the builders make', () => {
    expect(upTopic('north', 'GATEWAY', 'G12', 'DATA')).toBe('em/v1/north/gw/G12/up/data');
    expect(upTopic('north', 'METER', 'E-0301', 'ACK')).toBe('em/v1/north/m/E-0301/up/ack');
    expect(statusTopic('north', 'METER', 'E-0301')).toBe('em/v1/north/m/E-0301/status');
    expect(downTopic('north', 'GATEWAY', 'G12', 'TIME')).toBe('em/v1/north/gw/G12/dn/time');
    expect(downFilter('north', 'GATEWAY', 'G12')).toBe('em/v1/north/gw/G12/dn/#');
    expect(sharedFilter('ingest', UP_FILTERS[0])).toBe('$share/ingest/em/v1/+/gw/+/up/#');
    expect(siteOfLiveTopic(liveFrameTopic('north'))).toBe('north');
  });

  test.each([
    '',
    'em/v1/north/gw/G12',
    'em/v2/north/gw/G12/up/data',
    'em/v1/north/gw/G12/up',
    'em/v1/north/gw/G12/up/data/more',
    'em/v1/north/gw/G12/up/constructor',
    'em/v1/north/gw/G 12/up/data',
    'em/v1/north/x/G12/up/data',
    'em/v1//gw/G12/up/data',
    'em/v1/north/gw/G12/status/x',
    'em/v1/north/m/E1/up/raw',
    'em/v1/north/live/frame',
    `em/v1/north/gw/${'x'.repeat(33)}/up/data`,
    `em/v1/${'a/'.repeat(200)}`,
  ])('%j is no topic of ours', (topic) => {
    expect(parseTopic(topic)).toBeNull();
  });

  test('random text never throws and is never taken for a topic', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => parseTopic(text) === null),
      {
        numRuns: 2_000,
      },
    );
  });
});
