import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { type TestAccount, TestCampus } from '../db/testing/factories';
import { FixedClock } from '../domain/time/clock';
import { applyTopUp } from './applyTopUp';
import { checkpointKey, newCheckpointKey } from './checkpointKey';
import { silentLog } from './context';
import { makeCheckpoint } from './makeCheckpoint';
import { verifyLedger } from './verifyLedger';

const ctx = { clock: new FixedClock(Date.parse('2025-09-10T04:00:00Z')), log: silentLog };
const signingKey = newCheckpointKey();

let database: TestDatabase;
let campus: TestCampus;
let account: TestAccount;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
  campus = await TestCampus.create(database);
  account = await campus.account();
  folder = await mkdtemp(join(tmpdir(), 'wattkeep-copies-'));
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function sealPayment(reference: string, directory?: string): Promise<void> {
  await applyTopUp(database, ctx, {
    campusId: campus.id,
    accountCode: account.code,
    amountMicro: 10_000_000n,
    channel: 'counter',
    reference,
    actor: 'user:test',
  });
  await makeCheckpoint(database, ctx, {
    key: checkpointKey(signingKey),
    ...(directory === undefined ? {} : { directory }),
  });
}

const verify = () => verifyLedger(database, { signingKey, directory: folder });
const copies = async () => (await readdir(folder)).filter((name) => name.startsWith('checkpoint-')).sort();

it('a copy that failed is made up for by the next one; one that is gone later is named, and never made again', async () => {
  // As if the folder had not been there.
  await sealPayment('one');
  expect(await verify()).toMatchObject({ ok: false, firstBadId: 'checkpoint:1' });
  await sealPayment('two', folder);
  expect(await copies()).toEqual(['checkpoint-00000001.json', 'checkpoint-00000002.json']);
  expect(await verify()).toMatchObject({ ok: true });

  await rm(join(folder, 'checkpoint-00000001.json'));
  await sealPayment('three', folder);
  expect(await copies()).toEqual(['checkpoint-00000002.json', 'checkpoint-00000003.json']);
  expect(await verify()).toMatchObject({
    ok: false,
    firstBadId: 'checkpoint:1',
    problem: 'its copy outside the database is gone',
  });
});

it('a folder of copies that can’t be read is an error, and no clean bill', async () => {
  await expect(
    verifyLedger(database, { signingKey, directory: join(folder, 'checkpoint-00000002.json') }),
  ).rejects.toThrow('ENOTDIR');
});

it('an emptied folder is named', async () => {
  for (const name of await readdir(folder)) await rm(join(folder, name));
  expect(await verify()).toMatchObject({ ok: false, firstBadId: 'checkpoint:1' });
});
