import { type BalanceChange, buildLiveFrame, type LiveFrame } from '../contracts/liveFrame';
import { BRIDGE_BEAT_SITE, liveFrameTopic } from '../contracts/mqttTopics';
import type { Clock } from '../domain/time/clock';
import type { BalanceChange as AccountBalance, IngestOutcome, LatestValue } from '../engine/ingestTypes';
import type { Counters } from './counters';
import type { EnginePort } from './enginePort';
import type { MqttSource } from './sources/source';

export interface LivePublisher {
  publish(outcome: IngestOutcome): void;
  /** An empty frame: tells servers that this bridge lives while no meter reports. */
  beat(): void;
}

/**
 * Publishes one compact frame per committed flush and site, QoS 0. A frame that can't go out is dropped and its number is
 * used up, so that servers see the gap and read the database instead.
 * @param boot names this start of the bridge; the scope of the frames' numbers
 */
export function createLivePublisher(options: {
  source: Pick<MqttSource, 'publish' | 'connected'>;
  clock: Clock;
  boot: string;
  siteOf: EnginePort['siteOf'];
  counters: Counters;
}): LivePublisher {
  const { source, clock, boot, siteOf, counters } = options;
  const nextSeq = new Map<string, number>();

  function send(site: string, content: Pick<LiveFrame, 'rows' | 'balances' | 'commandIds'>): void {
    const seq = nextSeq.get(site) ?? 1;
    nextSeq.set(site, seq + 1);
    if (!source.connected) {
      counters.liveFrames.inc({ result: 'dropped' });
      return;
    }
    const payload = buildLiveFrame({ v: 1, boot, seq, at: clock.now(), ...content });
    source.publish({ topic: liveFrameTopic(site), payload, qos: 0, expiresMs: null }).then(
      () => counters.liveFrames.inc({ result: 'published' }),
      () => counters.liveFrames.inc({ result: 'dropped' }),
    );
  }

  return {
    publish(outcome) {
      const at = clock.now();
      for (const [campusId, part] of byCampus(outcome)) {
        const site = siteOf(campusId);
        if (site === null) continue;
        send(site, {
          rows: part.latest.map((value) => [
            value.meterCode,
            value.tsMs,
            value.rxMs,
            value.powerW,
            contactOf(value),
            value.voltageV,
            value.currentA,
            value.registerMicro === null ? null : value.registerMicro.toString(),
          ]),
          balances: part.balances.map(
            (change): BalanceChange => [
              change.accountCode,
              change.availableMicro.toString(),
              change.ledgerMicro.toString(),
              change.unpostedMicro.toString(),
              at,
            ],
          ),
          commandIds: [...outcome.commandIds],
        });
      }
    },
    beat() {
      send(BRIDGE_BEAT_SITE, { rows: [], balances: [], commandIds: [] });
    },
  };
}

interface CampusPart {
  latest: LatestValue[];
  balances: AccountBalance[];
}

function byCampus(outcome: IngestOutcome): Map<number, CampusPart> {
  const parts = new Map<number, CampusPart>();
  const partOf = (campusId: number): CampusPart => {
    let part = parts.get(campusId);
    if (!part) {
      part = { latest: [], balances: [] };
      parts.set(campusId, part);
    }
    return part;
  };
  for (const value of outcome.latest) partOf(value.campusId).latest.push(value);
  for (const change of outcome.balances) partOf(change.campusId).balances.push(change);
  return parts;
}

/** 1: supply on. A valve that is open (1) lets through as a relay that is closed (1) does; moving and fault say nothing. */
function contactOf({ relay, valve }: LatestValue): 0 | 1 | null {
  const contact = relay ?? valve;
  return contact === 0 || contact === 1 ? contact : null;
}
