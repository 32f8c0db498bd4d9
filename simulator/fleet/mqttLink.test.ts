import { type AddressInfo, createServer, type Server } from 'node:net';
import { Aedes } from 'aedes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mqttConnect } from './mqttLink';
import type { Link, LinkOptions } from './node';

const STATUS = 'em/v1/lakeside/gw/GW-01/status';
let broker: Aedes;
let server: Server;
let seen: { topic: string; payload: string; retain: boolean }[];
/** Publishes whose acknowledgement is held back. */
let held: (() => void)[] | null;
const links: Link[] = [];

beforeEach(async () => {
  seen = [];
  held = null;
  broker = await Aedes.createBroker();
  broker.authenticate = (_client, _user, password, done) => done(null, password?.toString() === 'secret');
  broker.authorizePublish = (client, packet, done) => {
    if (client !== null)
      seen.push({ topic: packet.topic, payload: packet.payload.toString(), retain: packet.retain });
    if (held && packet.topic !== STATUS) held.push(() => done(null));
    else done(null);
  };
  server = createServer(broker.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await Promise.all(links.splice(0).map((link) => link.end()));
  await new Promise<void>((resolve) => broker.close(() => resolve()));
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

function connect(change: Partial<LinkOptions> = {}) {
  const state = { ups: 0, downs: 0, messages: [] as string[], problems: [] as string[] };
  const open = mqttConnect({
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    onProblem: (code, message) => state.problems.push(`${code}: ${message}`),
  });
  const link = open({
    clientId: 'GW-01',
    password: 'secret',
    will: { topic: STATUS, payload: '{"v":1,"online":false}' },
    filter: 'em/v1/lakeside/gw/GW-01/dn/#',
    onUp: () => {
      state.ups += 1;
    },
    onDown: () => {
      state.downs += 1;
    },
    onMessage: (topic, payload) => state.messages.push(`${topic} ${payload.toString()}`),
    ...change,
  });
  links.push(link);
  return { link, state };
}

const until = (what: () => unknown) => expect.poll(what, { timeout: 20_000, interval: 20 });

describe('the connection of a node', () => {
  it('settles a message when the broker has acknowledged it, not before', async () => {
    const { link, state } = connect();
    await until(() => state.ups).toBe(1);
    held = [];
    let acknowledged = false;
    const sent = link.publish('em/v1/lakeside/gw/GW-01/up/data', 'x', false).then(() => {
      acknowledged = true;
    });
    await until(() => held!.length).toBe(1);
    expect(acknowledged).toBe(false);
    held[0]!();
    await sent;
  });

  it('gives a message back when the connection breaks before its acknowledgement, and comes back by itself', async () => {
    const { link, state } = connect();
    await until(() => state.ups).toBe(1);
    held = [];
    const sent = link.publish('em/v1/lakeside/gw/GW-01/up/data', 'x', false);
    const lost = expect(sent).rejects.toThrow();
    await until(() => held!.length).toBe(1);
    held = null;
    for (const client of Object.values(
      (broker as unknown as { clients: Record<string, { close(): void }> }).clients,
    )) {
      client.close();
    }
    await lost;
    await until(() => state.ups).toBe(2);
    expect(state.downs).toBe(1);
    await link.publish('em/v1/lakeside/gw/GW-01/up/data', 'y', false);
    expect(seen.filter(({ payload }) => payload === 'y')).toHaveLength(1);
  });

  it('leaves its last will when it is cut off, and none when it says goodbye', async () => {
    const polite = connect();
    await until(() => polite.state.ups).toBe(1);
    await polite.link.end();
    const wills = () => seen.filter(({ topic }) => topic === STATUS);
    const rude = connect();
    await until(() => rude.state.ups).toBe(1);
    expect(wills()).toEqual([]);
    rude.link.cut();
    await until(() => wills().length).toBe(1);
    expect(wills()[0]).toMatchObject({ payload: '{"v":1,"online":false}', retain: true });
  });

  it('hears what is sent down to it', async () => {
    const { state } = connect();
    await until(() => state.ups).toBe(1);
    await until(() => {
      broker.publish(
        {
          cmd: 'publish',
          topic: 'em/v1/lakeside/gw/GW-01/dn/cmd',
          payload: 'c',
          qos: 1,
          retain: false,
          dup: false,
        },
        () => undefined,
      );
      return state.messages.length > 0;
    }).toBe(true);
    expect(state.messages[0]).toBe('em/v1/lakeside/gw/GW-01/dn/cmd c');
  });

  it('tells once that it is refused, and goes on trying', async () => {
    const { state } = connect({ password: 'wrong' });
    await until(() => state.downs).toBeGreaterThan(1);
    expect(state.problems).toHaveLength(1);
    expect(state.ups).toBe(0);
  });
});
