import type { Server } from 'socket.io';
import type {
  AlarmEvent,
  BalanceEvent,
  ClientToServerEvents,
  CommandEvent,
  LiveDelta,
  LiveRoom,
  LiveSnapshot,
  ServerToClientEvents,
} from '../../contracts/liveEvents';
import type { Audience } from './audience';
import { parseRoom, type RoomState } from './liveState';

/** What the server keeps with each socket. */
export interface SocketData {
  audience: Audience;
  /** When the reach was last worked out, real time. */
  audienceCheckedMs: number;
  /** Channels that the socket is in, by room. */
  joined: Map<LiveRoom, Channel>;
  userId: number | null;
  sessionVersion: number;
  displayId: string | null;
  /** End of the session, s since 1970 in real time; null for a display. */
  expiresS: number | null;
}

export type LiveServer = Server<
  ClientToServerEvents,
  ServerToClientEvents,
  Record<string, never>,
  SocketData
>;

/** One room as one audience sees it, with the numbers of its messages. */
export interface Channel {
  /** Socket.IO room. */
  readonly name: string;
  readonly room: LiveRoom;
  readonly kind: string;
  readonly audience: Audience;
  /** Number of the newest message; 0 before the first. Never begins again while the server lives. */
  seq: number;
  members: number;
}

type Numbered = 'bootId' | 'room' | 'seq';

/**
 * The channels of one server start. A message is made and encoded once per channel, however many listen, and gets the
 * channel's next number, so that a receiver sees what it missed.
 */
export class Channels {
  private readonly channels = new Map<string, Channel>();

  constructor(
    private readonly io: LiveServer,
    readonly bootId: string,
  ) {}

  channelOf(room: LiveRoom, audience: Audience): Channel {
    const name = `${audience.key}/${room}`;
    let channel = this.channels.get(name);
    if (!channel) {
      channel = { name, room, kind: parseRoom(room).kind, audience, seq: 0, members: 0 };
      this.channels.set(name, channel);
    }
    return channel;
  }

  /** Channels of a campus that somebody listens to. */
  *listened(campusId: number): Iterable<Channel> {
    for (const channel of this.channels.values()) {
      if (channel.members > 0 && channel.audience.campusId === campusId) yield channel;
    }
  }

  /** Latest number of each channel of a socket. */
  numbersOf(data: SocketData): Record<string, number> {
    const numbers: Record<string, number> = {};
    for (const [room, channel] of data.joined) numbers[room] = channel.seq;
    return numbers;
  }

  snapshotOf(channel: Channel, state: RoomState): LiveSnapshot {
    return { bootId: this.bootId, room: channel.room, seq: channel.seq, ...state };
  }

  /** The whole state to everybody in a channel; its number stays. */
  sendSnapshot(channel: Channel, state: RoomState): void {
    this.io.to(channel.name).emit('snapshot', this.snapshotOf(channel, state));
  }

  sendDelta(channel: Channel, delta: Omit<LiveDelta, Numbered>): void {
    this.io.to(channel.name).emit('delta', { ...this.number(channel), ...delta });
  }

  sendBalances(channel: Channel, balances: BalanceEvent['balances']): void {
    this.io.to(channel.name).emit('balance', { ...this.number(channel), balances });
  }

  sendAlarm(channel: Channel, event: Omit<AlarmEvent, Numbered>): void {
    this.io.to(channel.name).emit('alarm', { ...this.number(channel), ...event });
  }

  sendCommand(channel: Channel, command: CommandEvent['command']): void {
    this.io.to(channel.name).emit('command', { ...this.number(channel), command });
  }

  private number(channel: Channel) {
    channel.seq += 1;
    return { bootId: this.bootId, room: channel.room, seq: channel.seq };
  }
}
