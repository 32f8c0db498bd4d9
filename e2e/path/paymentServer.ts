import { createDb } from '../../db/client';
import { silentLog } from '../../engine/context';
import { createServer } from '../../server/createServer';
import { lookAtOrdersJob } from '../../server/jobs/lookAtOrders';
import { paymentSettingsFile } from '../../server/payments/settings';

/**
 * A server for payments alone, in a process that a test may kill: hooks and the job that asks about orders, as production runs
 * them. Tells `listening` once it does.
 */
const setting = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing`);
  return value;
};

const realTime = { now: () => Date.now() };
const port = Number(setting('PORT'));
const log = { ...silentLog, error: (fields: object, message: string) => console.error(message, fields) };
const server = createServer({
  database: createDb(setting('DATABASE_URL'), 6, 'payment server'),
  clock: realTime,
  realClock: realTime,
  log,
  mqttUrl: setting('MQTT_URL'),
  authSecret: 'test-secret-test-secret-test-secret',
  publicUrl: `http://127.0.0.1:${port}`,
  buildId: 'test-build',
  paymentSettings: paymentSettingsFile(setting('PAYMENT_SETTINGS'), (problem) => log.error({}, problem)),
  jobs: [{ ...lookAtOrdersJob, everyMs: 500 }],
});
await server.start(port, '127.0.0.1');
process.stdout.write('listening\n');
