import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildIdPayloads, parseIdPayload } from './dbChannels';
import { buildLiveFrame, type LiveFrame, parseLiveFrame } from './liveFrame';
import {
  buildCommandBody,
  buildCommandPayload,
  expiryOfCommandPayload,
  parseAckPayload,
  parseEventPayload,
  parseStatusPayload,
} from './mqttMessages';
import { FieldProblem } from './payloadFields';

const bytes = (value: unknown): Uint8Array =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const ack = {
  v: 1,
  cmd: '01J7ZK3V8N4QK6T2M9R5W1X0YB',
  id: 'E-0301',
  st: 'done',
  code: '',
  ts: 1757462400000,
  obs: { relay: 0, p: 0 },
};
const event = {
  v: 1,
  id: 'E-0301',
  ts: 1757462400000,
  boot: 1,
  seq: 2,
  ev: 'COVER_OPEN',
  on: true,
  data: { a: 1 },
};

describe('messages from meters', () => {
  test('presence, with its last will that carries less', () => {
    expect(
      parseStatusPayload(
        bytes({ v: 1, online: true, ts: 1757462400000, boot: 2, fw: '1.4', rssi: -70, new: 1 }),
      ),
    ).toEqual({ online: true, tsMs: 1757462400000, boot: 2, firmware: '1.4', rssiDbm: -70 });
    expect(parseStatusPayload(bytes({ v: 1, online: false }))).toMatchObject({ online: false, tsMs: null });
    expect(parseStatusPayload(bytes({ v: 1, online: 'false' }))).toMatchObject({ field: '/online' });
  });

  test('events', () => {
    expect(parseEventPayload(bytes(event))).toEqual({
      meterCode: 'E-0301',
      tsMs: 1757462400000,
      boot: 1,
      seq: 2,
      name: 'COVER_OPEN',
      on: true,
      data: { a: 1 },
    });
    expect(parseEventPayload(bytes({ ...event, ev: 'cover open' }))).toMatchObject({ field: '/ev' });
    expect(parseEventPayload(bytes({ ...event, data: { x: 'a\0' } }))).toMatchObject({ field: '/data/x' });
  });

  test('acknowledgements', () => {
    expect(parseAckPayload(bytes(ack))).toEqual({
      commandId: ack.cmd,
      meterCode: 'E-0301',
      state: 'done',
      code: '',
      tsMs: 1757462400000,
      observed: { relay: 0, valve: null, powerW: 0 },
    });
    expect(parseAckPayload(bytes({ ...ack, st: 'ok' }))).toMatchObject({ field: '/st', code: 'NOT_ALLOWED' });
    expect(parseAckPayload(bytes({ ...ack, cmd: 'x' }))).toMatchObject({ field: '/cmd' });
    expect(parseAckPayload(bytes({ ...ack, obs: { relay: 2 } }))).toMatchObject({ field: '/obs/relay' });
  });

  test('a payload with the keys of a refusal is not taken for one', () => {
    const odd = { ...ack, field: '/x', message: 'm', code: 'NOT_JSON' };
    expect(parseAckPayload(bytes(odd))).not.toBeInstanceOf(FieldProblem);
  });

  test('mutated messages never throw and a refusal names its field', () => {
    const mutated = fc.tuple(
      fc.constantFrom(ack, event, { v: 1, online: true, boot: 1, ts: 1757462400000, fw: 'x' }),
      fc.constantFrom(
        'v',
        'id',
        'ts',
        'cmd',
        'st',
        'obs',
        'ev',
        'on',
        'data',
        'online',
        'boot',
        'fw',
        'code',
      ),
      fc.jsonValue({ maxDepth: 3 }),
    );
    fc.assert(
      fc.property(mutated, ([message, key, value]) => {
        const payload = bytes({ ...message, [key]: value });
        for (const parse of [parseAckPayload, parseEventPayload, parseStatusPayload]) {
          const read = parse(payload);
          if (read instanceof FieldProblem)
            expect(read.field === '' || read.field.startsWith('/')).toBe(true);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('messages to meters', () => {
  test('a command travels with the fields that are signed, and its expiry can be read back', () => {
    const body = buildCommandBody({
      commandId: ack.cmd,
      meterCode: 'E0301',
      op: 'disconnect',
      args: {},
      iatMs: 1757462400000,
      expMs: 1757462520000,
      why: 'ARREARS',
    });
    expect(body).toEqual({
      v: 1,
      cmd: ack.cmd,
      id: 'E0301',
      op: 'disconnect',
      args: {},
      iat: 1757462400000,
      exp: 1757462520000,
      why: 'arrears',
    });
    const payload = Buffer.from(buildCommandPayload({ ...body, sig: 'ff' }));
    expect(expiryOfCommandPayload(payload)).toBe(1757462520000);
    expect(expiryOfCommandPayload(Buffer.from('x'))).toBeNull();
  });
});

describe('between our own processes', () => {
  test('ids are split so that no notification exceeds the limit of the database', () => {
    const ids = Array.from({ length: 1_001 }, (_, n) => `${n}`.padStart(64, '0'));
    const payloads = buildIdPayloads(ids);
    expect(payloads.every((payload) => Buffer.byteLength(payload) < 8_000)).toBe(true);
    expect(payloads.flatMap((payload) => parseIdPayload(payload))).toEqual(ids);
    expect(parseIdPayload('nonsense')).toBeNull();
    expect(parseIdPayload(undefined)).toBeNull();
  });

  test('a live frame is read back as it was built, anything else is refused', () => {
    const frame: LiveFrame = {
      v: 1,
      boot: 'b1',
      seq: 4,
      at: 5,
      rows: [['E1', 1, 2, 617.5, 1, null, null, '1201234000']],
      balances: [['A1', '99', '100', '1', 5]],
      commandIds: ['c'],
    };
    expect(parseLiveFrame(Buffer.from(buildLiveFrame(frame)))).toEqual(frame);
    expect(parseLiveFrame(Buffer.from('{}'))).toBeNull();
    expect(parseLiveFrame(Buffer.from('x'))).toBeNull();
  });
});
