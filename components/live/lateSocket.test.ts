import { expect, test } from 'vitest';
import { lateSocket } from './lateSocket';
import type { LiveEvents, LiveSocket } from './liveSocket';

/** A socket that counts, and code of it that comes when a test says so. */
function late() {
  const heard: string[] = [];
  const listeners = new Map<string, (event: never) => void>();
  const real = {
    opened: 0,
    closed: 0,
    say: (event: keyof LiveEvents) => listeners.get(event)?.(undefined as never),
  };
  const open = (): LiveSocket => {
    real.opened++;
    return {
      on: (event, listener) => listeners.set(event, listener),
      emit: (...said) => heard.push(said[0]),
      removeAllListeners: () => listeners.clear(),
      disconnect: () => real.closed++,
    };
  };
  let settle: (came: boolean) => void = () => undefined;
  const code = new Promise<() => LiveSocket>((resolve, reject) => {
    settle = (came) => (came ? resolve(open) : reject(new Error('no such file')));
  });
  const socket = lateSocket(() => code);
  const settled = (came: boolean) => async () => {
    settle(came);
    await code.catch(() => undefined);
  };
  return { socket, real, heard, arrive: settled(true), fail: settled(false) };
}

test('who listens before the code is there hears the socket', async () => {
  const { socket, real, heard, arrive } = late();
  const events: string[] = [];
  socket.on('connect', () => events.push('connect'));
  await arrive();
  socket.on('disconnect', () => events.push('disconnect'));
  real.say('connect');
  real.say('disconnect');
  socket.emit('leave', { room: 'alarms' });
  expect(events).toEqual(['connect', 'disconnect']);
  expect(heard).toEqual(['leave']);
});

test('code that does not come is a connection that failed, so that it is tried again', async () => {
  const { socket, fail } = late();
  let failed = 0;
  socket.on('connect_error', () => failed++);
  await fail();
  expect(failed).toBe(1);
});

test('a page that is closed meanwhile opens no socket and hears of no failure', async () => {
  const { socket, real, arrive } = late();
  socket.removeAllListeners();
  socket.disconnect();
  await arrive();
  expect(real.opened).toBe(0);
  const other = late();
  let failed = 0;
  other.socket.on('connect_error', () => failed++);
  other.socket.removeAllListeners();
  other.socket.disconnect();
  await other.fail();
  expect(failed).toBe(0);
});
