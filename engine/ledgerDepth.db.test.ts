import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ForgedBooks } from './testing/forgedBooks';
import { verifyWithin } from './verifyLedger';

/**
 * Forgeries that agree with themselves: several columns changed so that the ledger's own sums still hold. What gives them
 * away lies outside the ledger: the meter's readings, the tariff, the tiers.
 */
describe('verification reaches down to registers, prices and tiers', () => {
  let books: ForgedBooks;
  beforeAll(async () => {
    books = await ForgedBooks.create();
  }, 120_000);
  afterAll(() => books.drop());

  /** Runs statements in their order and asks the verifier, all in a transaction that leaves nothing behind. */
  async function verdictAfter(...statements: string[]) {
    const client = await books.database.pool.connect();
    try {
      await client.query('begin');
      for (const statement of statements) {
        const { rowCount } = await client.query(statement);
        expect(rowCount, statement).toBeGreaterThan(0);
      }
      return await verifyWithin(client, { signingKey: books.signingKey, copies: [] });
    } finally {
      await client.query('rollback');
      client.release();
    }
  }

  async function one<Row extends object>(query: string): Promise<Row> {
    const { rows } = await books.database.pool.query<Row>(query);
    expect(rows.length).toBeGreaterThan(0);
    return rows[0]!;
  }

  it('holds while nothing is touched', async () => {
    expect(await books.verify()).toMatchObject({ ok: true, firstBadId: null });
  });

  it('two neighbouring charges that agree on a register which no reading showed', async () => {
    const chain = await one<{ stream: number; meter: number }>(
      'select stream_id as stream, meter_id as meter from charge where superseded_by is null order by id limit 1',
    );
    // All registers of a stream raised alike: each charge still advances by its quantity, and they still tile.
    const verdict = await verdictAfter(
      `update charge set start_micro = start_micro + 7, end_micro = end_micro + 7 where stream_id = ${chain.stream}`,
      `update stream set open = jsonb_set(jsonb_set(open, '{s}', to_jsonb(((open ->> 's')::int8 + 7)::text)), '{r}',
              to_jsonb(((open ->> 'r')::int8 + 7)::text)) where id = ${chain.stream}`,
    );
    const first = await one<{ id: string }>(
      `select min(id)::text as id from charge where stream_id = ${chain.stream} and superseded_by is null`,
    );
    expect(verdict).toMatchObject({ ok: false, firstBadId: `charge:${first.id}` });
    expect(verdict.problem).toMatch(/reading/);
  });

  it('a stored reading at the end of a charge', async () => {
    const { id, meter, t1 } = await one<{ id: string; meter: number; t1: string }>(
      `select c.id::text as id, c.meter_id as meter, c.t1_ms::text as t1 from charge c
         join reading r on r.meter_id = c.meter_id and r.ts = to_timestamp(c.t1_ms / 1000.0)
        where c.superseded_by is null order by c.id limit 1`,
    );
    const verdict = await verdictAfter(
      `update reading set value_micro = value_micro # 1 where meter_id = ${meter} and ts = to_timestamp(${t1} / 1000.0)`,
    );
    expect(verdict).toMatchObject({ ok: false, firstBadId: `charge:${id}` });
  });

  it('a reading taken away between two charges', async () => {
    const { id, meter, t1 } = await one<{ id: string; meter: number; t1: string }>(
      `select c.id::text as id, c.meter_id as meter, c.t1_ms::text as t1 from charge c
        where c.superseded_by is null order by c.t1_ms desc, c.id limit 1`,
    );
    const verdict = await verdictAfter(
      `delete from reading where meter_id = ${meter} and ts >= to_timestamp(${t1} / 1000.0)`,
    );
    expect(verdict).toMatchObject({ ok: false, firstBadId: `charge:${id}` });
    expect(verdict.problem).toMatch(/no accepted reading/);
  });

  it('an open window and its stream raised together', async () => {
    const { id } = await one<{ id: number }>(
      `select id from stream where jsonb_array_length(open -> 'p') = 1 order by id limit 1`,
    );
    const raised = (
      change: string,
    ) => `update stream set numerator_pico = numerator_pico + 1000 * (open #>> '{p,0,5}')::numeric,
        open = ${change} where id = ${id}`;
    const pieces = `jsonb_set(open, '{p,0,4}', to_jsonb(((open #>> '{p,0,4}')::int8 + 1000)::text))`;
    expect(await verdictAfter(raised(pieces))).toMatchObject({ ok: false, firstBadId: `stream:${id}` });
    // With its end register as well: then the reading speaks against it.
    const register = `jsonb_set(${pieces}, '{r}', to_jsonb(((open ->> 'r')::int8 + 1000)::text))`;
    expect(await verdictAfter(raised(register))).toMatchObject({ ok: false, firstBadId: `stream:${id}` });
  });

  it('the price of an open window', async () => {
    const { id } = await one<{ id: number }>(
      `select id from stream where jsonb_array_length(open -> 'p') = 1 order by id limit 1`,
    );
    const verdict = await verdictAfter(
      `update stream set numerator_pico = numerator_pico - (open #>> '{p,0,4}')::numeric,
              open = jsonb_set(open, '{p,0,5}', to_jsonb(((open #>> '{p,0,5}')::int8 - 1)::text)) where id = ${id}`,
    );
    expect(verdict).toMatchObject({ ok: false, firstBadId: `stream:${id}` });
    expect(verdict.problem).toMatch(/price/);
  });

  it('a price in a tariff version that was used', async () => {
    const { version, charge, period } = await one<{ version: number; charge: string; period: string }>(
      `select c.tariff_version_id as version, min(c.id)::text as charge, l.line ->> 'period' as period
         from charge c cross join lateral jsonb_array_elements(c.lines) l(line) where c.tx_id is not null
        group by 1, 3 order by min(c.tx_id) limit 1`,
    );
    const verdict = await verdictAfter(
      `update tariff_version set body = jsonb_set(body, '{pricesMicro,0,${period}}', '"1"') where id = ${version}`,
    );
    expect(verdict).toMatchObject({ ok: false, firstBadId: `charge:${charge}` });
    expect(verdict.problem).toMatch(/price/);
  });

  it('a charge put under a version that its account never had', async () => {
    const { id, other } = await one<{ id: string; other: number }>(
      `select c.id::text as id, o.id as other from charge c join tariff_version o on o.id <> c.tariff_version_id
        where c.tx_id is not null order by c.tx_id, o.id limit 1`,
    );
    const verdict = await verdictAfter(`update charge set tariff_version_id = ${other} where id = ${id}`);
    expect(verdict).toMatchObject({ ok: false, firstBadId: `charge:${id}` });
  });

  it('a register that falls where no turn of it is proven', async () => {
    const { id } = await one<{ id: string }>(
      'select id::text as id from charge where superseded_by is null and quantity_micro > 0 order by stream_id, id limit 1',
    );
    const verdict = await verdictAfter(
      `update charge set start_micro = end_micro, end_micro = start_micro where id = ${id}`,
    );
    expect(verdict).toMatchObject({ ok: false, firstBadId: `charge:${id}` });
    expect(verdict.problem).toMatch(/advance/);
  });

  it('a tier accrual, and one that is gone', async () => {
    const { account } = await one<{ account: string }>(
      'select a.code as account from accrual c join account a on a.id = c.account_id order by c.account_id limit 1',
    );
    const where = `where account_id = (select min(account_id) from accrual)`;
    for (const statement of [
      `update accrual set quantity_micro = quantity_micro - 1 ${where}`,
      `delete from accrual ${where}`,
    ]) {
      const verdict = await verdictAfter(statement);
      expect(verdict.firstBadId).toMatch(new RegExp(`^accrual:${account}:ELECTRICITY:\\d+$`));
    }
  });
});
