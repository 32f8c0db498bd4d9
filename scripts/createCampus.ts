import { parseArgs } from 'node:util';
import { createDb } from '../db/client';
import { DomainError } from '../domain/errors';
import { SettableClock } from '../domain/time/clock';
import { silentLog } from '../engine/context';
import { openCampus } from '../server/services/openCampus';
import { withDatabaseUrl } from './withDatabase';

const USAGE = `campus:create -- --code CODE --name NAME --time-zone ZONE --currency CCY [options]
  --code CODE        code of the campus, [A-Za-z0-9_-]{1,32}: part of the meters' topics
  --name NAME        its name
  --name-en NAME     its English name, where NAME is Chinese
  --time-zone ZONE   IANA zone, such as Asia/Shanghai
  --currency CCY     ISO 4217 code, such as CNY
  --admin NAME       sign-in name of its first administrator, default admin
Prints the administrator's password and an API key for the first import, once; it credits no payments.
`;

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    code: text,
    name: text,
    'name-en': text,
    'time-zone': text,
    currency: text,
    admin: { ...text, default: 'admin' },
    help: { type: 'boolean', default: false },
  },
});
const { code, name, 'name-en': nameEn, 'time-zone': timeZone, currency, admin } = values;

if (values.help) process.stdout.write(USAGE);
else if (!code || !name || !timeZone || !currency) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  await withDatabaseUrl(async (url) => {
    const database = createDb(url, 2, 'wattkeep campus:create');
    try {
      const { password, apiKey } = await openCampus(
        database,
        { clock: new SettableClock(Date.now), log: silentLog },
        { code, name, timeZone, currency, admin, ...(nameEn === undefined ? {} : { nameEn }) },
      );
      process.stdout.write(`campus ${code}\nsign-in ${admin}  ${password}\nAPI key ${apiKey}\n`);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      process.stderr.write(
        `campus:create: ${error.details.field ? `${error.details.field}: ` : ''}${error.message}\n`,
      );
      process.exitCode = 1;
    } finally {
      await database.close();
    }
  });
}
