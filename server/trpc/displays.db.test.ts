import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_NOW_MS, type TestServer } from '../testing/startTestServer';
import { callsAs, callsWith, refusal, startReadServer } from '../testing/trpcCalls';

const DAY_MS = 86_400_000;

let test: TestServer;

beforeAll(async () => {
  test = await startReadServer();
});

afterAll(() => test?.stop());

const as = (cookieHeader: string | null) => callsWith(test, cookieHeader);
const asUser = (code: string) => callsAs(test, code);

describe('displays', () => {
  it('are paired by a code, read aggregates, write nothing, and fall back to a code when revoked', async () => {
    const screen = await as(null);
    const pairing = await screen.call.displays.startPairing();
    expect(pairing.code).toMatch(/^\d{6}$/);
    expect(pairing.approveUrl).toContain(`/admin/displays?code=${pairing.code}`);
    const ask = { code: pairing.code, secret: pairing.secret };
    expect(await screen.call.displays.pollPairing(ask)).toEqual({ state: 'WAITING' });
    expect(await screen.call.displays.pollPairing({ ...ask, secret: 'x'.repeat(43) })).toEqual({
      state: 'EXPIRED',
    });
    const refused = await refusal(
      (await asUser('energy')).displays.approve({ code: pairing.code, name: 'Hall' }),
    );
    expect(refused.code).toBe('FORBIDDEN');
    const admin = await asUser('admin');
    expect((await refusal(admin.displays.approve({ code: '000000', name: 'Hall' }))).code).toBe('NOT_FOUND');
    const { displayId } = await admin.displays.approve({ code: pairing.code, name: 'Hall' });
    expect(await screen.call.displays.pollPairing(ask)).toEqual({ state: 'PAIRED' });
    const setCookie = screen.resHeaders.get('set-cookie')!;
    expect(setCookie).toMatch(/HttpOnly; SameSite=Lax/);
    const cookie = setCookie.split(';')[0]!;

    const wall = (await as(cookie)).call;
    expect(await wall.session.me()).toMatchObject({ kind: 'DISPLAY', name: 'Hall', home: '/wall' });
    const snapshot = await wall.live.snapshot({ room: 'wall' });
    expect(snapshot.buildings.map((b) => b[0]).sort()).toEqual(['N', 'S']);
    expect(JSON.stringify(snapshot)).not.toMatch(/Micro":"\d+","ledger/);
    for (const room of ['room:N-101', 'account:A-101', 'alarms', 'commands', 'building:N'] as const) {
      expect((await refusal(wall.live.snapshot({ room }))).code, room).toBe('FORBIDDEN');
    }
    const write = await refusal(
      wall.commands.request({ pointCode: 'P-101', action: 'disconnect', reason: 'x' }),
    );
    expect(write).toEqual({ code: 'FORBIDDEN', reason: 'DISPLAY_READ_ONLY' });
    expect(await wall.displays.heartbeat({ build: 'b1', frameAgeMs: 900 })).toMatchObject({
      state: 'PAIRED',
    });
    expect(await admin.displays.list()).toMatchObject([
      {
        id: displayId,
        name: 'Hall',
        build: 'b1',
        lastHeartbeatMs: TEST_NOW_MS,
        lastFrameMs: TEST_NOW_MS - 900,
      },
    ]);

    await admin.displays.revoke({ displayId });
    const gone = await as(cookie);
    expect(await gone.call.displays.heartbeat({ build: 'b1', frameAgeMs: 0 })).toEqual({
      state: 'PAIR_AGAIN',
    });
    expect(gone.resHeaders.get('set-cookie')).toContain('Max-Age=0');
    expect(await gone.call.session.me()).toMatchObject({ kind: 'NOBODY' });
  });

  it('a token lasts for ever, is replaced daily, and the one before is good for a week', async () => {
    const screen = await as(null);
    const pairing = await screen.call.displays.startPairing();
    await (await asUser('admin')).displays.approve({ code: pairing.code, name: 'Gate' });
    await screen.call.displays.pollPairing({ code: pairing.code, secret: pairing.secret });
    const first = screen.resHeaders.get('set-cookie')!.split(';')[0]!;
    const beat = async (cookie: string) => {
      const { call, resHeaders } = await as(cookie);
      const { state } = await call.displays.heartbeat({ build: 'b', frameAgeMs: null });
      return { state, cookie: resHeaders.get('set-cookie')?.split(';')[0] ?? null };
    };
    expect(await beat(first)).toEqual({ state: 'PAIRED', cookie: null });
    test.clock.advance(40 * DAY_MS);
    const rotated = await beat(first);
    expect(rotated.state).toBe('PAIRED');
    expect(rotated.cookie).not.toBe(first);
    // The answer with the new token was lost: the old one gets another.
    const again = await beat(first);
    expect(again.state).toBe('PAIRED');
    expect(again.cookie).not.toBeNull();
    expect((await beat(again.cookie!)).state).toBe('PAIRED');
    expect((await beat(rotated.cookie!)).state).toBe('PAIR_AGAIN');
    test.clock.advance(8 * DAY_MS);
    expect((await beat(first)).state).toBe('PAIR_AGAIN');
    expect((await beat(again.cookie!)).state).toBe('PAIRED');
    test.clock.set(TEST_NOW_MS);
  });
});
