import { io, type Socket } from 'socket.io-client';
import type {
  ClientToServerEvents,
  LiveDelta,
  LiveRoom,
  ServerToClientEvents,
} from '../contracts/liveEvents';
import type { FromClients, LiveClientsSetup, ToClients } from './liveTypes';

/** Browsers' sockets without browsers, many in one process. */

type Client = Socket<ServerToClientEvents, ClientToServerEvents>;

/** Ages are taken from this share of the clients; all of them count messages. */
const SAMPLED_EVERY = 20;
/** Handshakes under way at once. */
const AT_ONCE = 50;

const tell = (message: FromClients) => process.send?.(message);

let offsetMs = 0;
let counting = false;
let messages = 0;
let values = 0;
let bytes = 0;
const agesMs: number[] = [];

function count(delta: LiveDelta, sampled: boolean): void {
  if (!counting) return;
  messages++;
  values += delta.rows.length;
  if (!sampled) return;
  bytes += JSON.stringify(delta).length;
  const nowMs = Date.now() + offsetMs;
  for (const row of delta.rows) agesMs.push(nowMs - row[1]);
}

async function join(client: Client, room: LiveRoom): Promise<void> {
  const answer = await client.timeout(30_000).emitWithAck('join', { room });
  if (!answer.ok) throw new Error(`room ${room}: ${answer.reason}`);
}

async function connect(setup: LiveClientsSetup, index: number): Promise<void> {
  const client: Client = io(setup.serverUrl, {
    transports: ['websocket'],
    forceNew: true,
    extraHeaders: { cookie: setup.cookie },
  });
  await new Promise<void>((resolve, reject) => {
    client.once('connect', resolve);
    client.once('connect_error', reject);
  });
  const sampled = index % SAMPLED_EVERY === 0;
  client.on('delta', (delta) => count(delta, sampled));
  await join(client, 'campus');
  await join(client, `building:${setup.buildings[index % setup.buildings.length]}`);
}

async function handle(message: ToClients): Promise<void> {
  switch (message.kind) {
    case 'setup':
      for (let from = 0; from < message.setup.clients; from += AT_ONCE)
        await Promise.all(
          Array.from({ length: Math.min(AT_ONCE, message.setup.clients - from) }, (_, i) =>
            connect(message.setup, from + i),
          ),
        );
      tell({ kind: 'ready' });
      return;
    case 'begin':
      ({ offsetMs } = message);
      counting = true;
      tell({ kind: 'begun' });
      return;
    case 'report':
      tell({ kind: 'received', received: { messages, values, bytes: bytes * SAMPLED_EVERY, agesMs } });
      return;
    case 'end':
      process.exit(0);
  }
}

process.on('message', (message: ToClients) => {
  handle(message).catch((error: unknown) => {
    tell({ kind: 'failed', error: error instanceof Error ? error.message : String(error) });
  });
});
process.on('disconnect', () => process.exit(0));
