import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { Server } from 'socket.io';
import { HEARTBEAT_MS } from '../../contracts/heartbeat';
import { type JoinAnswer, roomRequestSchema } from '../../contracts/liveEvents';
import type { Clock } from '../../domain/time/clock';
import type { EngineLog } from '../../engine/context';
import { readDisplay } from '../auth/displayTokens';
import { readClaims, readSession, type SessionReader } from '../auth/readSession';
import type { Viewer } from '../auth/session';
import { RateLimit } from '../http/rateLimit';
import type { Channel, Channels, LiveServer, SocketData } from './channels';
import type { LiveHub } from './liveHub';
import { sweepSockets } from './sweepSockets';

const SWEEP_MS = 5_000;
/** Rooms that one socket may be in: a page follows a handful, a balance page each building. */
const MAX_ROOMS = 200;
/** Browsers send room names only. */
const MAX_MESSAGE_BYTES = 4_096;
/** A balance page joins a room per building at once; after that a request now and then. */
const REQUEST_BURST = 300;
const REQUESTS_PER_S = 10;

export interface LiveOptions {
  readonly reader: SessionReader;
  readonly realClock: Clock;
  readonly buildId: string;
  readonly log: EngineLog;
}

type LiveSocket = Parameters<Parameters<LiveServer['on']>[1]>[0];

/** Makes the socket server on an HTTP server; nobody gets in before `attachLive`. */
export function createLiveServer(httpServer: HttpServer, publicUrl: string): LiveServer {
  const server: LiveServer = new Server(httpServer, {
    serveClient: false,
    transports: ['websocket'],
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    connectTimeout: 20_000,
    allowRequest: (req, answer) => answer(null, isOwnOrigin(req, publicUrl)),
  });
  return server;
}

/** Browsers name the page that opens a socket; a page of another site may not, whatever cookies go along. */
function isOwnOrigin(req: IncomingMessage, publicUrl: string): boolean {
  const { origin, host } = req.headers;
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin).host;
  return from === host || from === new URL(publicUrl).host;
}

/** Lets sessions and displays in, serves their rooms, and puts out whoever lost the right. Returns what ends it. */
export function attachLive(
  io: LiveServer,
  hub: LiveHub,
  channels: Channels,
  options: LiveOptions,
): () => void {
  const { reader, log } = options;

  io.use((socket, next) => {
    admit(socket.request, hub, options).then(
      (data) => {
        if (!data) return next(new Error('unauthorized'));
        Object.assign(socket.data, data);
        next();
      },
      (error: unknown) => {
        log.error({ err: error }, 'handshake failed');
        next(new Error('unavailable'));
      },
    );
  });

  io.on('connection', (socket) => {
    const { audience } = socket.data;
    const campus = hub.feed(audience.campusId)?.state.topology.campus;
    socket.emit('hello', {
      bootId: channels.bootId,
      serverTime: reader.clock.now(),
      campusZone: campus?.timeZone ?? 'UTC',
      buildId: options.buildId,
    });
    const requests = new RateLimit(options.realClock, REQUEST_BURST, REQUESTS_PER_S, 1);
    // What a browser sends must neither end the process nor keep it busy.
    const guarded = (act: () => void) => {
      if (requests.take(socket.id) > 0) return;
      try {
        act();
      } catch (error) {
        log.error({ err: error }, 'request of a socket failed');
      }
    };
    socket.on('join', (request, answer) =>
      guarded(() => {
        const result = join(socket, request, hub, channels, reader.clock);
        if (typeof answer === 'function') answer(result.answer);
        result.send();
      }),
    );
    socket.on('snapshot', (request) =>
      guarded(() => {
        const channel = channelOf(socket, request);
        if (channel) sendSnapshot(socket, channel, hub, channels, reader.clock);
      }),
    );
    socket.on('leave', (request) =>
      guarded(() => {
        const channel = channelOf(socket, request);
        if (channel) leave(socket, channel);
      }),
    );
    socket.on('disconnect', () => {
      for (const channel of socket.data.joined.values()) channel.members -= 1;
      socket.data.joined.clear();
    });
  });

  const heartbeat = setInterval(() => {
    const serverTime = reader.clock.now();
    for (const socket of io.sockets.sockets.values()) {
      socket.emit('heartbeat', {
        bootId: channels.bootId,
        serverTime,
        dataAsOf: hub.dataAsOf(socket.data.audience.campusId),
        rooms: channels.numbersOf(socket.data),
      });
    }
  }, HEARTBEAT_MS);
  let sweeping = false;
  const sweep = setInterval(() => {
    if (sweeping) return;
    sweeping = true;
    sweepSockets(io, hub, options)
      .catch((error: unknown) => log.warn({ err: error }, 'sweep of sockets'))
      .finally(() => {
        sweeping = false;
      });
  }, SWEEP_MS);

  return () => {
    clearInterval(heartbeat);
    clearInterval(sweep);
  };
}

async function admit(
  request: IncomingMessage,
  hub: LiveHub,
  { reader, realClock }: LiveOptions,
): Promise<SocketData | null> {
  const cookieHeader = request.headers.cookie;
  const session = await readSession(reader, cookieHeader);
  const viewer: Viewer | null = session ?? (await readDisplay(reader, cookieHeader));
  if (!viewer) return null;
  const claims = session ? await readClaims(reader, cookieHeader) : null;
  return {
    audience: await hub.audience(viewer),
    joined: new Map(),
    userId: session?.userId ?? null,
    sessionVersion: session?.sessionVersion ?? 0,
    displayId: viewer.kind === 'DISPLAY' ? viewer.displayId : null,
    expiresS: claims?.expiresS ?? null,
    audienceCheckedMs: realClock.now(),
  };
}

function join(
  socket: LiveSocket,
  request: unknown,
  hub: LiveHub,
  channels: Channels,
  clock: Clock,
): { answer: JoinAnswer; send: () => void } {
  const refused = (reason: 'FORBIDDEN' | 'UNKNOWN_ROOM') => ({
    answer: { ok: false as const, reason },
    send: () => undefined,
  });
  const parsed = roomRequestSchema.safeParse(request);
  if (!parsed.success) return refused('UNKNOWN_ROOM');
  const { room } = parsed.data;
  const { audience, joined } = socket.data;
  const feed = hub.feed(audience.campusId);
  if (!feed) return refused('UNKNOWN_ROOM');
  const admitted = feed.state.admits(room, audience);
  if (admitted !== 'OK') return refused(admitted);
  if (joined.size >= MAX_ROOMS && !joined.has(room)) return refused('FORBIDDEN');
  const channel = channels.channelOf(room, audience);
  if (!joined.has(room)) {
    joined.set(room, channel);
    channel.members += 1;
    void socket.join(channel.name);
  }
  return {
    answer: { ok: true, bootId: channels.bootId, seq: channel.seq },
    send: () => sendSnapshot(socket, channel, hub, channels, clock),
  };
}

function channelOf(socket: LiveSocket, request: unknown): Channel | undefined {
  const parsed = roomRequestSchema.safeParse(request);
  return parsed.success ? socket.data.joined.get(parsed.data.room) : undefined;
}

function leave(socket: LiveSocket, channel: Channel): void {
  socket.data.joined.delete(channel.room);
  channel.members -= 1;
  void socket.leave(channel.name);
}

function sendSnapshot(
  socket: LiveSocket,
  channel: Channel,
  hub: LiveHub,
  channels: Channels,
  clock: Clock,
): void {
  const feed = hub.feed(channel.audience.campusId);
  if (!feed) return;
  const state = feed.state.roomState(channel.room, channel.audience, clock.now());
  socket.emit('snapshot', channels.snapshotOf(channel, state));
}
