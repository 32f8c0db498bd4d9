import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listBrokerAccounts } from '../db/queries/brokerAccounts';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus } from '../db/testing/factories';
import { FixedClock } from '../domain/time/clock';
import { silentLog } from './context';
import {
  createMissingCredentials,
  revokeCredential,
  rotateCredential,
  signingKeyOf,
  verifyCredential,
} from './credentials';

const clock = new FixedClock(Date.parse('2025-09-10T08:00:00+08:00'));
const context = { clock, log: silentLog };
let database: TestDatabase;
let campus: TestCampus;

beforeAll(async () => {
  database = await createTestDatabase();
  campus = await TestCampus.create(database, { code: 'c1' });
});
afterAll(async () => {
  await database.drop();
});

describe('credentials of gateways and direct meters', () => {
  it('lets in who knows the password, and nobody else', async () => {
    const gateway = await campus.gateway();
    const made = await rotateCredential(database, context, { campusId: campus.id, code: gateway.code });
    const holder = { campusId: campus.id, campusCode: 'c1', kind: 'GATEWAY', code: gateway.code };
    expect(await verifyCredential(database, 'c1', made.username, made.password)).toEqual(holder);
    expect(await verifyCredential(database, null, made.username, made.password)).toEqual(holder);
    expect(await verifyCredential(database, 'c1', made.username, `${made.password}x`)).toBeNull();
    expect(await verifyCredential(database, 'c2', made.username, made.password)).toBeNull();
    expect(await verifyCredential(database, 'c1', 'nobody', made.password)).toBeNull();
  });

  it('keeps no password in clear, and hands the same hash to every broker', async () => {
    const gateway = await campus.gateway();
    const made = await rotateCredential(database, context, { campusId: campus.id, code: gateway.code });
    const accounts = await listBrokerAccounts(database.pool);
    const account = accounts.find(({ code }) => code === gateway.code)!;
    expect(account.passwordHash).toMatch(/^\$7\$/);
    const { rows } = await database.pool.query('select c::text as row from credential c');
    expect(rows.some(({ row }) => row.includes(made.password))).toBe(false);
  });

  it('ends the old password and key when new ones are made', async () => {
    const gateway = await campus.gateway();
    const where = { campusId: campus.id, code: gateway.code };
    const first = await rotateCredential(database, context, where);
    clock.advance(1_000);
    const second = await rotateCredential(database, context, where);
    expect(await verifyCredential(database, 'c1', gateway.code, first.password)).toBeNull();
    expect(await verifyCredential(database, 'c1', gateway.code, second.password)).not.toBeNull();
    expect(await signingKeyOf(database, 'c1', gateway.code)).toBe(second.signingKey);
    expect(second.signingKey).not.toBe(first.signingKey);
  });

  it('lets nobody in after revoking, and signs nothing', async () => {
    const gateway = await campus.gateway();
    const where = { campusId: campus.id, code: gateway.code };
    const made = await rotateCredential(database, context, where);
    await revokeCredential(database, context, where);
    expect(await verifyCredential(database, 'c1', gateway.code, made.password)).toBeNull();
    expect(await signingKeyOf(database, 'c1', gateway.code)).toBeNull();
    await expect(revokeCredential(database, context, where)).rejects.toMatchObject({ code: 'notFound' });
  });

  it('refuses a meter that a gateway carries and a code that is unknown', async () => {
    const gateway = await campus.gateway();
    const carried = await campus.meter({ gatewayId: gateway.id });
    await expect(
      rotateCredential(database, context, { campusId: campus.id, code: carried.code }),
    ).rejects.toMatchObject({ code: 'refused', reason: 'BEHIND_GATEWAY' });
    await expect(
      rotateCredential(database, context, { campusId: campus.id, code: 'NONE' }),
    ).rejects.toMatchObject({ code: 'notFound' });
  });

  it('makes for a fleet what is missing, and nothing for who has one', async () => {
    const fleet = await TestCampus.create(database, { code: 'c9' });
    const gateway = await fleet.gateway();
    const direct = await fleet.meter({});
    await fleet.meter({ gatewayId: gateway.id });
    const made = await createMissingCredentials(database, context, fleet.id);
    expect(made.map(({ code }) => code).sort()).toEqual([direct.code, gateway.code].sort());
    expect(await createMissingCredentials(database, context, fleet.id)).toEqual([]);
  });
});
