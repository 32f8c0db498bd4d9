import { describe, expect, it } from 'vitest';
import { microFromText } from '../../domain/units';
import { campusPlan } from '../plan/campusPlan';
import { testFleet } from '../testing/testFleet';

const ROOM = [...campusPlan({ seed: 1, meters: 120 }).traits.keys()].find((code) => code.startsWith('E-7-'))!;
const register = (text: string | undefined) => microFromText(text!)!;

describe('a simulated meter and its commands', () => {
  it('opens its relay within 150 ms, says accepted and then done, and proves it with a newer reading', async () => {
    const { broker, command, pass, fleet } = testFleet();
    await pass(30_000);
    const id = command(ROOM, 'disconnect');
    expect(broker.acks().map(({ state }) => state)).toEqual(['accepted']);
    expect(fleet.meterOrRefuse(ROOM).contactClosed).toBe(true);
    await pass(200);
    const [, done] = broker.acks();
    expect(done).toMatchObject({
      commandId: id,
      meterCode: ROOM,
      state: 'done',
      observed: { relay: 0, powerW: 0 },
    });
    const proof = broker.readings(ROOM).at(-1)!;
    expect(proof).toMatchObject({ relay: 0, powerW: 0, currentA: 0 });
    expect(proof.tsMs!).toBeGreaterThan(done!.tsMs!);
    expect(proof.voltageV!).toBeGreaterThan(200);
  });

  it('counts nothing while the relay is open and goes on from the same register when it closes', async () => {
    const { broker, command, pass } = testFleet();
    command(ROOM, 'disconnect');
    await pass(60_000);
    const off = broker.readings(ROOM).filter(({ relay }) => relay === 0);
    expect(off.length).toBeGreaterThan(4);
    expect(new Set(off.map(({ registers }) => registers.EA)).size).toBe(1);
    command(ROOM, 'connect');
    await pass(300_000);
    const on = broker.readings(ROOM).at(-1)!;
    expect(on).toMatchObject({ relay: 1 });
    const used = register(on.registers.EA) - register(off[0]!.registers.EA);
    expect(used).toBeGreaterThan(0n);
    // Five minutes of at most 800 W.
    expect(used).toBeLessThan(66_667n);
  });

  it('refuses what its key did not sign', async () => {
    const { broker, command, pass, fleet } = testFleet();
    command(ROOM, 'disconnect', {}, { key: 'another key' });
    await pass(1_000);
    expect(broker.acks()).toMatchObject([{ state: 'rejected', code: 'BAD_SIGNATURE' }]);
    expect(fleet.meterOrRefuse(ROOM).contactClosed).toBe(true);
  });

  it('refuses what has expired by its own clock, drift included', async () => {
    const { broker, command, pass, clock, fleet } = testFleet();
    command(ROOM, 'disconnect', {}, { iat: clock.now() - 130_000, exp: clock.now() - 1 });
    fleet.setFault(ROOM, 'clockDrift', { driftS: 200 }, null);
    command(ROOM, 'disconnect');
    await pass(1_000);
    expect(broker.acks().map(({ state }) => state)).toEqual(['expired', 'expired']);
    expect(fleet.meterOrRefuse(ROOM).contactClosed).toBe(true);
  });

  it('executes an id once and answers every repeat with dup and the old result', async () => {
    const { broker, command, pass, clock, fleet } = testFleet();
    const moved: boolean[] = [];
    const iat = clock.now();
    const cmd = command(ROOM, 'disconnect');
    await pass(1_000);
    fleet.network.setContact(fleet.meterOrRefuse(ROOM), true, clock.now());
    command(ROOM, 'disconnect', {}, { cmd, iat, exp: iat + 120_000 });
    await pass(1_000);
    moved.push(fleet.meterOrRefuse(ROOM).contactClosed);
    expect(moved).toEqual([true]);
    expect(broker.acks().map(({ state, code }) => [state, code])).toEqual([
      ['accepted', ''],
      ['done', ''],
      ['dup', 'done'],
    ]);
  });

  it('remembers 256 ids', async () => {
    const { broker, command, pass } = testFleet();
    const first = command(ROOM, 'buzz');
    for (let at = 0; at < 255; at++) command(ROOM, 'buzz');
    command(ROOM, 'buzz', {}, { cmd: first });
    await pass(1_000);
    expect(broker.acks().at(-1)).toMatchObject({ commandId: first, state: 'dup' });
  });

  it('ignores a command that is older than the newest it obeyed', async () => {
    const { broker, command, pass, clock, fleet } = testFleet();
    await pass(5_000);
    command(ROOM, 'connect');
    await pass(1_000);
    command(ROOM, 'disconnect', {}, { iat: clock.now() - 10_000 });
    await pass(1_000);
    expect(broker.acks().at(-1)).toMatchObject({ state: 'rejected', code: 'STALE' });
    expect(fleet.meterOrRefuse(ROOM).contactClosed).toBe(true);
  });

  it('answers nothing to a payload that is no command, and counts it', async () => {
    const { broker, fleet, command } = testFleet();
    const gateway = fleet.nodeOf(fleet.meterOrRefuse(ROOM)).code;
    for (const payload of ['', '{', '[]', '{"v":1}', '\u0000']) broker.deliver(gateway, payload);
    expect(fleet.desk.malformed).toBe(5);
    expect(broker.acks()).toEqual([]);
    command(ROOM, 'buzz');
    expect(broker.acks()).toHaveLength(2);
  });

  it('opens no gas valve from afar but closes one, and moves a water valve both ways', async () => {
    const fleet = testFleet({ meters: 700 });
    const gas = [...fleet.campus.plan.traits.keys()].find((code) => code.startsWith('G-S-'))!;
    const water = gas.replace('G-', 'W-');
    fleet.command(gas, 'valve_close');
    await fleet.pass(5_000);
    expect(fleet.fleet.meterOrRefuse(gas).contactClosed).toBe(false);
    fleet.command(gas, 'valve_open');
    await fleet.pass(5_000);
    expect(fleet.broker.acks().at(-1)).toMatchObject({ state: 'rejected', code: 'GAS_OPENS_ON_SITE' });
    expect(fleet.fleet.meterOrRefuse(gas).contactClosed).toBe(false);
    fleet.command(water, 'valve_close');
    await fleet.pass(1_000);
    fleet.command(water, 'read');
    expect(fleet.broker.readings(water).at(-1)!.valve).toBe(2);
    await fleet.pass(4_000);
    expect(fleet.broker.readings(water).at(-1)!.valve).toBe(0);
    fleet.command(water, 'valve_open');
    await fleet.pass(4_000);
    expect(fleet.broker.readings(water).at(-1)!.valve).toBe(1);
  });

  it('closes by its button only when it was armed', async () => {
    const { fleet, command, pass } = testFleet();
    command(ROOM, 'disconnect');
    await pass(1_000);
    expect(fleet.press(ROOM)).toEqual({ closed: false, reason: 'the meter is not armed' });
    command(ROOM, 'arm');
    expect(fleet.press(ROOM).closed).toBe(true);
    expect(fleet.meterOrRefuse(ROOM).contactClosed).toBe(true);
  });

  it('keeps the text that its display was given, and a new limit', async () => {
    const { fleet, command } = testFleet();
    command(ROOM, 'display', { balance: '12.30', reason: 'LOW_BALANCE' });
    command(ROOM, 'set_limit', { w: 500, delay_s: 5 });
    expect(fleet.meterOrRefuse(ROOM)).toMatchObject({
      display: { balance: '12.30', reason: 'LOW_BALANCE' },
      limitW: 500,
      limitDelayMs: 5_000,
    });
  });

  it('hands in its own log for a gap that the platform asks about', async () => {
    const { broker, command, pass, clock } = testFleet();
    await pass(35 * 60_000);
    const from = clock.now() - 32 * 60_000;
    const before = broker.readings(ROOM).length;
    command(ROOM, 'read_log', { from, to: clock.now() });
    const logged = broker.readings(ROOM).slice(before);
    expect(logged.map(({ tsMs }) => tsMs! % 900_000)).toEqual([0, 0]);
    const live = broker.readings(ROOM).slice(0, before);
    for (const { tsMs, registers } of logged) {
      const after = live.find((reading) => reading.tsMs! >= tsMs!)!;
      const earlier = live.filter((reading) => reading.tsMs! <= tsMs!).at(-1)!;
      expect(register(registers.EA)).toBeLessThanOrEqual(register(after.registers.EA));
      expect(register(registers.EA)).toBeGreaterThanOrEqual(register(earlier.registers.EA));
    }
  });

  it('says that it has switched although it has not, when its contact is stuck', async () => {
    const { broker, command, pass, fleet } = testFleet();
    fleet.setFault(ROOM, 'acceptedNotExecuted', {}, null);
    command(ROOM, 'disconnect');
    await pass(30_000);
    expect(broker.acks().map(({ state, observed }) => [state, observed.relay])).toEqual([
      ['accepted', 1],
      ['done', 0],
    ]);
    expect(broker.readings(ROOM).at(-1)).toMatchObject({ relay: 1 });
    expect(broker.readings(ROOM).at(-1)!.powerW!).toBeGreaterThan(20);
  });

  it('answers nothing under noAck, and obeys only if told to', async () => {
    const { broker, command, pass, fleet } = testFleet();
    fleet.setFault(ROOM, 'noAck', {}, null);
    command(ROOM, 'disconnect');
    await pass(5_000);
    expect(fleet.meterOrRefuse(ROOM).contactClosed).toBe(true);
    fleet.setFault(ROOM, 'noAck', { executes: true }, null);
    command(ROOM, 'disconnect');
    await pass(5_000);
    expect(fleet.meterOrRefuse(ROOM).contactClosed).toBe(false);
    expect(broker.acks()).toEqual([]);
  });
});
