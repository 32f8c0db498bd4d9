import type { LiveDelta } from '../contracts/liveEvents';
import type { FromClients, LiveClientsSetup, ToClients } from './liveTypes';
import { openScreen } from './screen';

/** Browsers' sockets without browsers, many in one process. */

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

async function connect(setup: LiveClientsSetup, index: number): Promise<void> {
  const building = setup.buildings[index % setup.buildings.length]!;
  const screen = await openScreen(setup.serverUrl, setup.cookie, ['campus', `building:${building}`]);
  const sampled = index % SAMPLED_EVERY === 0;
  screen.on('delta', (delta) => count(delta, sampled));
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
