import { createDb } from '../db/client';
import { SettableClock } from '../domain/time/clock';
import { silentLog } from '../engine/context';
import { followSimulatorClock } from '../engine/followClock';
import { createServer } from '../server/createServer';

/** The server with its jobs, REST and sockets, but without the pages, whose build no measurement here needs. */

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing`);
  return value;
}

const realClock = { now: () => Date.now() };
const clock = new SettableClock(realClock.now);
const database = createDb(setting('DATABASE_URL'), 10, 'wattkeep server');
const following = await followSimulatorClock(Number(setting('SIM_PORT')), clock, silentLog);
const server = createServer({
  database,
  clock,
  realClock,
  log: silentLog,
  mqttUrl: setting('MQTT_URL'),
  authSecret: setting('AUTH_SECRET'),
  publicUrl: setting('PUBLIC_URL'),
  buildId: 'bench',
});
await server.start(Number(setting('PORT')), '127.0.0.1');
process.once('SIGTERM', () => {
  following.stop();
  void server.close().then(() => process.exit(0));
});
