import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountSchema, topUpSchema } from '../../contracts/restAccounts';
import { problemOf, type RestCall, restCalls, topUp } from '../testing/restCalls';
import { startTestServer, type TestServer } from '../testing/startTestServer';

let test: TestServer;
let call: RestCall;

beforeAll(async () => {
  test = await startTestServer();
  call = restCalls(test, await test.key(['read', 'vend', 'control', 'import', 'admin']));
});

afterAll(() => test?.stop());

describe('top-ups', () => {
  it('credit once per reference: the same again gives the same payment, another amount is 409', async () => {
    const first = await call('POST', '/accounts/A-102/top-ups', topUp('R-1', '20.50'));
    expect(first.status).toBe(201);
    const paid = topUpSchema.parse(first.body);
    expect(paid).toMatchObject({ amount: '20.500000', balance: '70.500000', replayed: false });
    const again = await call('POST', '/accounts/A-102/top-ups', topUp('R-1', '20.5'));
    expect(again.status).toBe(200);
    expect(topUpSchema.parse(again.body)).toMatchObject({ payment: paid.payment, replayed: true });
    const other = await call('POST', '/accounts/A-102/top-ups', topUp('R-1', '21.00'));
    expect(other.status).toBe(409);
    expect(accountSchema.parse((await call('GET', '/accounts/A-102')).body).balance).toBe('70.500000');
  });

  it.each([
    ['0.00', '/amount'],
    ['-5.00', '/amount'],
    ['1.005', '/amount'],
    ['1e3', '/amount'],
    ['99999999999999999999', '/amount'],
    [12.5, '/amount'],
    [null, '/amount'],
    ['ten', '/amount'],
  ])('refuse the amount %s and name the field', async (amount, pointer) => {
    const answer = await call('POST', '/accounts/A-102/top-ups', {
      amount,
      channel: 'counter',
      reference: 'R-bad',
    });
    expect(answer.status).toBe(422);
    expect(problemOf(answer).errors).toMatchObject([{ pointer }]);
  });

  it('unknown fields are refused by name, missing ones as REQUIRED', async () => {
    const answer = await call('POST', '/accounts/A-102/top-ups', {
      amount: '5.00',
      channel: 'counter',
      tip: 1,
    });
    expect(answer.status).toBe(422);
    expect(problemOf(answer).errors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ pointer: '/reference', code: 'REQUIRED' }),
        expect.objectContaining({ pointer: '/tip', code: 'UNKNOWN_FIELD' }),
      ]),
    );
  });
});

describe('Idempotency-Key', () => {
  it('gives the first answer again for the same key and body, and 409 for another body', async () => {
    const key = { 'Idempotency-Key': 'key-1' };
    const first = await call('POST', '/accounts/A-102/top-ups', topUp('R-i1', '1.00'), key);
    expect(first.status).toBe(201);
    const again = await call(
      'POST',
      '/accounts/A-102/top-ups',
      { reference: 'R-i1', channel: 'counter', amount: '1.00' },
      key,
    );
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const other = await call('POST', '/accounts/A-102/top-ups', topUp('R-i2', '1.00'), key);
    expect(other.status).toBe(409);
    expect(problemOf(other).code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('twenty repeats at once do one thing and all get its answer', async () => {
    const key = { 'Idempotency-Key': 'key-many' };
    const before = accountSchema.parse((await call('GET', '/accounts/A-102')).body).balance;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => call('POST', '/accounts/A-102/top-ups', topUp('R-many', '3.00'), key)),
    );
    expect(new Set(answers.map((a) => JSON.stringify(a.body))).size).toBe(1);
    expect(answers.every((a) => a.status === 201)).toBe(true);
    const after = accountSchema.parse((await call('GET', '/accounts/A-102')).body).balance;
    expect(Number(after) - Number(before)).toBeCloseTo(3, 6);
  });

  it('keys of different callers do not meet', async () => {
    const key = { 'Idempotency-Key': 'key-shared' };
    const mine = await call('POST', '/accounts/A-102/top-ups', topUp('R-s1', '1.00'), key);
    const other = await call('POST', '/accounts/A-102/top-ups', topUp('R-s2', '1.00'), {
      ...key,
      Authorization: `Bearer ${await test.key(['vend'])}`,
    });
    expect([mine.status, other.status]).toEqual([201, 201]);
  });
});
