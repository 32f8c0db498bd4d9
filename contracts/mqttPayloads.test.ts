import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { microFromText } from '../domain/units';
import { type DataSender, MAX_BATCH_READINGS, parseDataPayload } from './mqttPayloads';

const gateway: DataSender = { kind: 'GATEWAY', code: 'G12' };
const bytes = (value: unknown): Uint8Array =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const single = {
  v: 1,
  id: 'E-0301',
  ts: 1757462400000,
  boot: 3,
  seq: 12345,
  ea: '1201.234',
  p: 617.0,
  u: 229.4,
  i: 2.71,
  pf: 0.992,
  relay: 1,
};
const item = (n: number): Record<string, unknown> => ({
  id: `E-${n}`,
  ts: 1757462400000 + n,
  seq: n,
  ea: `${n}.5`,
});
const batch = (items: unknown[]): unknown => ({
  v: 1,
  gw: 'G12',
  ts: 1757462400000,
  boot: 3,
  seq: 991,
  r: items,
});

describe('a single reading', () => {
  test('every field of the contract arrives with its unit', () => {
    const data = parseDataPayload(bytes(single), gateway);
    expect(data).toMatchObject({ gatewayCode: null, boot: 3, seq: 12345, errors: [] });
    expect(data.readings).toEqual([
      {
        meterCode: 'E-0301',
        tsMs: 1757462400000,
        boot: 3,
        seq: 12345,
        registers: { EA: '1201.234' },
        powerW: 617,
        voltageV: 229.4,
        currentA: 2.71,
        pf: 0.992,
        relay: 1,
        valve: null,
        extra: null,
        epochMark: null,
      },
    ]);
  });

  test('all registers are read, whatever the utility', () => {
    const registers = {
      ea: '1',
      ee: '2',
      er: '3',
      eri: '4',
      ea_t1: '5',
      ea_t2: '6',
      ea_t3: '7',
      ea_t4: '8',
      vol: '9',
      volc: '10',
    };
    const data = parseDataPayload(
      bytes({ v: 1, id: 'X', ts: 1757462400000, ...registers, valve: 2 }),
      gateway,
    );
    expect(data.readings[0]).toMatchObject({
      valve: 2,
      registers: {
        EA: '1',
        EE: '2',
        ER: '3',
        ERI: '4',
        EA_T1: '5',
        EA_T2: '6',
        EA_T3: '7',
        EA_T4: '8',
        VOL: '9',
        VOLC: '10',
      },
    });
  });

  test('three phases without a total are summed; a total that was sent stands', () => {
    const phases = { v: 1, id: 'X', ts: 1757462400000, pa: 100, pb: 200.5, pc: -50 };
    expect(parseDataPayload(bytes(phases), gateway).readings[0].powerW).toBe(250.5);
    expect(parseDataPayload(bytes({ ...phases, p: 7 }), gateway).readings[0].powerW).toBe(7);
  });

  test('unknown fields are kept, null counts as absent', () => {
    const read = parseDataPayload(
      bytes('{"v":1,"id":"X","ts":1757462400000,"ea":"1","p":null,"new":{"a":[1]},"__proto__":{"x":1}}'),
      gateway,
    ).readings[0];
    expect(read.powerW).toBeNull();
    expect(JSON.stringify(read.extra)).toBe('{"new":{"a":[1]},"__proto__":{"x":1}}');
  });

  test('a direct meter may leave out its code but may not speak for another', () => {
    const meter: DataSender = { kind: 'METER', code: 'E-0301' };
    const { id: _id, ...anonymous } = single;
    expect(parseDataPayload(bytes(anonymous), meter).readings[0].meterCode).toBe('E-0301');
    expect(parseDataPayload(bytes({ ...single, id: 'E-9' }), meter)).toMatchObject({
      readings: [],
      errors: [{ index: 0, meterCode: 'E-9', field: '/id', code: 'SENDER_MISMATCH' }],
    });
  });
});

describe('register text', () => {
  const decimal = fc
    .tuple(fc.stringMatching(/^\d{1,12}$/), fc.stringMatching(/^(\.\d{1,20})?$/))
    .map(([whole, fraction]) => whole + fraction);

  test('sent as text, it comes out letter for letter, so that text in equals µ out', () => {
    fc.assert(
      fc.property(decimal, (text) => {
        const out = parseDataPayload(bytes({ ...single, ea: text }), gateway).readings[0].registers.EA;
        expect(out).toBe(text);
        expect(microFromText(out!)).toBe(microFromText(text));
      }),
      { numRuns: 500 },
    );
  });

  test('sent as a number with more digits than a float holds, not one digit is lost', () => {
    const number = decimal.map((text) => text.replace(/^0+(?=\d)/, ''));
    fc.assert(
      fc.property(number, fc.constantFrom('', 'e0', 'E+0'), (text, exponent) => {
        const json = `{"v":1,"gw":"G12","ts":1757462400000,"r":[{"id":"A","ea":"1"},{"id":"B","ea":${text}${exponent},"vol":"7.0"}]}`;
        const { readings } = parseDataPayload(bytes(json), gateway);
        expect(readings[1].registers).toEqual({ EA: text + exponent, VOL: '7.0' });
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['-1', 'REGISTER_NEGATIVE'],
    ['-0.000001', 'REGISTER_NEGATIVE'],
    ['1.83e21', 'REGISTER_TOO_LARGE'],
    ['9999999999999', 'REGISTER_TOO_LARGE'],
    ['NaN', 'REGISTER_NOT_DECIMAL'],
    ['', 'REGISTER_NOT_DECIMAL'],
    ['.', 'REGISTER_NOT_DECIMAL'],
    ['1,5', 'REGISTER_NOT_DECIMAL'],
    ['0x10', 'REGISTER_NOT_DECIMAL'],
    ['1e9999', 'REGISTER_NOT_DECIMAL'],
    [`1.${'0'.repeat(80)}`, 'TEXT_TOO_LONG'],
  ])('%s is refused as %s at /ea', (text, code) => {
    expect(parseDataPayload(bytes({ ...single, ea: text }), gateway)).toMatchObject({
      readings: [],
      errors: [{ index: 0, meterCode: 'E-0301', field: '/ea', code }],
    });
  });

  test.each(['0', '000', '-0.0', '0.000e5', '1e3', '12.', '.5', '999999999999.999999'])(
    '%s is accepted',
    (text) => {
      expect(parseDataPayload(bytes({ ...single, ea: text }), gateway).readings[0].registers.EA).toBe(text);
    },
  );

  test('every accepted text fits the database column as µ', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[+-]?\d{0,14}(\.\d{0,8})?([eE][+-]?\d{1,3})?$/), (text) => {
        const read = parseDataPayload(bytes({ ...single, ea: text }), gateway).readings[0];
        if (read === undefined) return;
        const micro = microFromText(text);
        expect(micro !== null && micro >= 0n && micro < 2n ** 63n).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('values out of range are refused by name', () => {
  test.each([
    ['p', '"617"', 'NOT_A_NUMBER'],
    ['p', '1e999', 'OUT_OF_RANGE'],
    ['p', '2e9', 'OUT_OF_RANGE'],
    ['u', '-1', 'OUT_OF_RANGE'],
    ['pf', '1.01', 'OUT_OF_RANGE'],
    ['relay', '2', 'NOT_A_FLAG'],
    ['relay', 'true', 'NOT_A_FLAG'],
    ['valve', '4', 'NOT_ALLOWED'],
    ['cover', '"open"', 'NOT_A_FLAG'],
    ['temp', '-300', 'OUT_OF_RANGE'],
    ['ts', '1757462400', 'TIMESTAMP_ABSURD'],
    ['ts', '9e15', 'TIMESTAMP_ABSURD'],
    ['ts', '-1', 'TIMESTAMP_ABSURD'],
    ['ts', '1757462400000.5', 'NOT_AN_INTEGER'],
    ['ts', '"2025-09-10"', 'NOT_A_NUMBER'],
    ['ts', 'null', 'MISSING'],
    ['seq', '-1', 'OUT_OF_RANGE'],
    ['seq', '4294967296', 'OUT_OF_RANGE'],
    ['boot', '1.5', 'NOT_AN_INTEGER'],
    ['id', '"E 1"', 'NOT_A_CODE'],
    ['id', '7', 'NOT_TEXT'],
    ['v', '2', 'UNSUPPORTED_VERSION'],
    ['ea', '{}', 'REGISTER_NOT_DECIMAL'],
    ['note', '"a\\u0000b"', 'TEXT_NOT_STORABLE'],
    ['note', '"\\ud800"', 'TEXT_NOT_STORABLE'],
    ['note', `${'['.repeat(30)}${']'.repeat(30)}`, 'TOO_DEEP'],
    ['note', JSON.stringify('x'.repeat(2000)), 'TEXT_TOO_LONG'],
  ])('%s = %s: %s', (key, json, code) => {
    const text = JSON.stringify({ ...single, [key]: '@@' }).replace('"@@"', () => json);
    const { readings, errors } = parseDataPayload(bytes(text), gateway);
    expect(readings).toEqual([]);
    expect(errors).toHaveLength(1);
    expect(errors[0].code).toBe(code);
    expect(errors[0].field.startsWith(`/${key}`)).toBe(true);
  });

  test('a reading that measures nothing is refused', () => {
    const errors = parseDataPayload(bytes({ v: 1, id: 'E1', ts: 1757462400000 }), gateway).errors;
    expect(errors).toMatchObject([{ index: 0, meterCode: 'E1', code: 'EMPTY_READING' }]);
  });
});

describe('a gateway batch', () => {
  test('items inherit time and boot, and one bad item leaves its neighbours alone', () => {
    const { readings, errors, seq } = parseDataPayload(
      bytes(batch([item(1), { ...item(2), p: 'hot' }, 7, { id: 'E-4', ea: '4' }])),
      gateway,
    );
    expect(seq).toBe(991);
    expect(readings.map((read) => [read.meterCode, read.tsMs, read.boot])).toEqual([
      ['E-1', 1757462400001, 3],
      ['E-4', 1757462400000, 3],
    ]);
    expect(errors).toMatchObject([
      { index: 1, meterCode: 'E-2', field: '/r/1/p', code: 'NOT_A_NUMBER' },
      { index: 2, meterCode: null, field: '/r/2', code: 'NOT_AN_OBJECT' },
    ]);
  });

  test.each([
    ['no item', [], 'EMPTY_BATCH', '/r'],
    ['201 items', Array.from({ length: 201 }, (_, n) => item(n)), 'BATCH_TOO_LARGE', '/r'],
    ['an object', { 0: item(0) }, 'NOT_AN_ARRAY', '/r'],
  ])('with %s is refused whole', (_name, items, code, field) => {
    expect(parseDataPayload(bytes({ v: 1, gw: 'G12', ts: 1757462400000, r: items }), gateway)).toMatchObject({
      readings: [],
      errors: [{ index: null, field, code }],
    });
  });

  test('of exactly 200 readings is taken, of more than 128 KiB is not', () => {
    const full = Array.from({ length: MAX_BATCH_READINGS }, (_, n) => item(n));
    expect(parseDataPayload(bytes(batch(full)), gateway).readings).toHaveLength(200);
    const heavy = batch([{ ...item(1), note: 'x'.repeat(128 * 1024) }]);
    expect(parseDataPayload(bytes(heavy), gateway).errors).toMatchObject([
      { index: null, field: '', code: 'PAYLOAD_TOO_LARGE' },
    ]);
  });

  test("under another gateway's name is refused", () => {
    expect(parseDataPayload(bytes(batch([item(1)])), { kind: 'GATEWAY', code: 'G13' }).errors).toMatchObject([
      { index: null, field: '/gw', code: 'SENDER_MISMATCH' },
    ]);
  });

  test.each([
    ['not JSON', '{"v":1,', 'NOT_JSON'],
    ['an array', '[1]', 'NOT_AN_OBJECT'],
    ['null', 'null', 'NOT_AN_OBJECT'],
    ['nothing', '', 'NOT_JSON'],
  ])('%s is refused whole', (_name, text, code) => {
    expect(parseDataPayload(bytes(text), gateway).errors).toMatchObject([{ index: null, field: '', code }]);
  });

  test('bytes that are not UTF-8 are refused', () => {
    expect(parseDataPayload(Buffer.from([0x7b, 0xff, 0x7d]), gateway).errors[0].code).toBe('NOT_UTF8');
  });
});

describe('10,000 random and mutated payloads', () => {
  const anything = fc.jsonValue({ maxDepth: 4 });
  const mutatedItem = fc
    .tuple(fc.constantFrom(...Object.keys(single), 'vol', 'extra', '__proto__', 'a/b~c'), anything)
    .map(([key, value]) => ({ ...single, [key]: value }));
  const mutatedBatch = fc.tuple(
    fc.constantFrom('v', 'gw', 'ts', 'boot', 'seq', 'r', 'none'),
    anything,
    fc.array(fc.oneof(mutatedItem, anything), { maxLength: 5 }),
  );
  const textual = fc.oneof(
    mutatedItem.map((value) => JSON.stringify(value)),
    mutatedBatch.map(([key, value, items]) => JSON.stringify({ ...(batch(items) as object), [key]: value })),
    anything.map((value) => JSON.stringify(value)),
    fc.string({ unit: 'binary' }),
  );
  const damaged = fc
    .tuple(
      textual,
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }),
      fc.option(fc.nat()),
    )
    .map(([text, flips, cut]) => {
      const buffer = Buffer.from(text);
      for (const [at, value] of flips) if (buffer.length > 0) buffer[at % buffer.length] = value;
      return cut === null || buffer.length === 0 ? buffer : buffer.subarray(0, cut % buffer.length);
    });

  test('never throw; each is accepted or refused with a reason that names the field', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          textual.map((text) => Buffer.from(text)),
          damaged,
        ),
        (payload) => {
          const { readings, errors } = parseDataPayload(payload, gateway);
          expect(readings.length + errors.length).toBeGreaterThan(0);
          for (const error of errors) {
            expect(error.code).toMatch(/^[A-Z_0-9]+$/);
            expect(error.message).not.toBe('');
            const wholeMessage = error.index === null || error.field === '';
            expect(wholeMessage || error.field.startsWith('/')).toBe(true);
            expect(Buffer.from(error.field).includes(0)).toBe(false);
          }
          for (const read of readings) JSON.stringify(read);
        },
      ),
      { numRuns: 10_000 },
    );
  });
});
