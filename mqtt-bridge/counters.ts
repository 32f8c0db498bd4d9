import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the bridge counts, for `/metrics`. One object per bridge, so that tests and several bridges do not mix. */
export function createCounters() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    messages: new Counter({
      name: 'wattkeep_bridge_messages_total',
      help: 'Messages received, by kind',
      labelNames: ['kind'],
      registers,
    }),
    readings: new Counter({
      name: 'wattkeep_bridge_readings_total',
      help: 'Readings made durable, by result (accepted, duplicate, quarantined)',
      labelNames: ['result'],
      registers,
    }),
    quarantined: new Counter({
      name: 'wattkeep_bridge_quarantined_total',
      help: 'Messages and items kept aside by the bridge, by reason',
      labelNames: ['reason'],
      registers,
    }),
    failures: new Counter({
      name: 'wattkeep_bridge_failures_total',
      help: 'Transactions that failed and were tried again, by blame (DATABASE, WORK)',
      labelNames: ['blame'],
      registers,
    }),
    flushSeconds: new Histogram({
      name: 'wattkeep_bridge_flush_seconds',
      help: 'Time to make one batch durable',
      buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
      registers,
    }),
    flushReadings: new Histogram({
      name: 'wattkeep_bridge_flush_readings',
      help: 'Readings per batch',
      buckets: [1, 5, 20, 50, 100, 200, 500, 1000, 2000],
      registers,
    }),
    lagSeconds: new Histogram({
      name: 'wattkeep_bridge_lag_seconds',
      help: 'Arrival of the oldest message of a batch until it was durable',
      buckets: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60],
      registers,
    }),
    held: new Gauge({
      name: 'wattkeep_bridge_held_readings',
      help: 'Readings received and not yet durable',
      registers,
    }),
    waiting: new Gauge({
      name: 'wattkeep_bridge_waiting_bytes',
      help: 'Payload received and not yet looked at, since the bridge holds as many readings as it may',
      registers,
    }),
    dropped: new Counter({
      name: 'wattkeep_bridge_dropped_messages_total',
      help: 'Embedded broker: QoS 0 messages that waited while the bridge was full and made room for newer ones',
      registers,
    }),
    connected: new Gauge({
      name: 'wattkeep_bridge_connected',
      help: '1 while the broker is reachable',
      registers,
    }),
    commands: new Counter({
      name: 'wattkeep_bridge_commands_total',
      help: 'Commands, by result (sent, resent, refused, failed)',
      labelNames: ['result'],
      registers,
    }),
    liveFrames: new Counter({
      name: 'wattkeep_bridge_live_frames_total',
      help: 'Live frames, by result (published, dropped)',
      labelNames: ['result'],
      registers,
    }),
    refusedClients: new Counter({
      name: 'wattkeep_bridge_refused_clients_total',
      help: 'Embedded broker: refusals, by kind (login, publish, subscribe)',
      labelNames: ['kind'],
      registers,
    }),
  };
}

export type Counters = ReturnType<typeof createCounters>;
