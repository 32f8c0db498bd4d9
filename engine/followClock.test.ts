import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { SettableClock } from '../domain/time/clock';
import { silentLog } from './context';
import { type FollowedClock, followSimulatorClock } from './followClock';

let server: Server;
let following: FollowedClock;
afterEach(() => {
  following.stop();
  server.closeAllConnections();
  server.close();
});

it('an answer that is long on its way sets no clock back that runs right', async () => {
  const ahead = new SettableClock(() => Date.now());
  ahead.set(Date.UTC(2026, 10, 12, 12), 60);
  let answers = 0;
  server = createServer((_request, response) => {
    const body = JSON.stringify({ at: ahead.now(), speed: ahead.pace });
    // The first comes at once; a busy machine holds the others back.
    setTimeout(() => response.end(body), answers++ === 0 ? 0 : 400);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const own = new SettableClock(() => Date.now());
  following = await followSimulatorClock((server.address() as AddressInfo).port, own, silentLog);
  const apart = () => Math.abs(ahead.now() - own.now());
  let worst = apart();
  await expect
    .poll(
      () => {
        worst = Math.max(worst, apart());
        return answers;
      },
      { timeout: 20_000, interval: 20 },
    )
    .toBeGreaterThan(4);
  // Half of what moves a meter's clock into an alarm.
  expect(worst).toBeLessThan(15_000);
  ahead.set(Date.UTC(2026, 10, 14), 1);
  await expect.poll(apart, { timeout: 20_000 }).toBeLessThan(1_000);
});
