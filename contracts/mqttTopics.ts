/**
 * Topics of the native dialect, base `em/v1/{site}` (docs/mqtt.md). Site and codes match `[A-Za-z0-9_-]{1,32}`.
 * The builders below are the only place where a topic of ours is put together.
 */

/** A gateway speaks for the meters assigned to it; a direct meter for itself. */
export type NodeKind = 'GATEWAY' | 'METER';

/** STATUS, DATA, EVENT, ACK go up; CMD and TIME go down; RAW (transparent frames) goes both ways. */
export type TopicStream = 'STATUS' | 'DATA' | 'EVENT' | 'ACK' | 'RAW' | 'CMD' | 'TIME';

export interface ParsedTopic {
  site: string;
  kind: NodeKind;
  /** Code of the gateway or direct meter that owns the topic. */
  code: string;
  direction: 'UP' | 'DOWN';
  stream: TopicStream;
}

const CODE_TEXT = /^[A-Za-z0-9_-]{1,32}$/;

/** True for a site-visible code of a site, gateway or meter. */
export function isCode(text: string): boolean {
  return CODE_TEXT.test(text);
}

const UP: Readonly<Record<string, TopicStream>> = { data: 'DATA', event: 'EVENT', ack: 'ACK', raw: 'RAW' };
const DOWN: Readonly<Record<string, TopicStream>> = { cmd: 'CMD', time: 'TIME', raw: 'RAW' };

/** Reads a native topic; null for every other text, including live topics and topics of foreign dialects. */
export function parseTopic(topic: string): ParsedTopic | null {
  if (topic.length > 128) return null;
  const parts = topic.split('/');
  if (parts[0] !== 'em' || parts[1] !== 'v1' || parts.length < 6 || parts.length > 7) return null;
  const [, , site, kindText, code, level, leaf] = parts;
  if (!isCode(site) || !isCode(code)) return null;
  const kind: NodeKind | null = kindText === 'gw' ? 'GATEWAY' : kindText === 'm' ? 'METER' : null;
  if (kind === null) return null;
  if (level === 'status' && leaf === undefined)
    return { site, kind, code, direction: 'UP', stream: 'STATUS' };
  if (leaf === undefined) return null;
  const streams = level === 'up' ? UP : level === 'dn' ? DOWN : null;
  if (streams === null || !Object.hasOwn(streams, leaf)) return null;
  const stream = streams[leaf];
  // Transparent frames pass through gateways only.
  if (stream === 'RAW' && kind === 'METER') return null;
  return { site, kind, code, direction: level === 'up' ? 'UP' : 'DOWN', stream };
}

const segmentOf = (kind: NodeKind): string => (kind === 'GATEWAY' ? 'gw' : 'm');

/** `em/v1/{site}/gw/{code}` or `em/v1/{site}/m/{code}`. */
export function nodeBase(site: string, kind: NodeKind, code: string): string {
  return `em/v1/${site}/${segmentOf(kind)}/${code}`;
}

/** Retained presence; the last will is published here too. */
export function statusTopic(site: string, kind: NodeKind, code: string): string {
  return `${nodeBase(site, kind, code)}/status`;
}

/** Topic that a gateway or direct meter publishes to. */
export function upTopic(
  site: string,
  kind: NodeKind,
  code: string,
  stream: 'DATA' | 'EVENT' | 'ACK' | 'RAW',
): string {
  return `${nodeBase(site, kind, code)}/up/${stream.toLowerCase()}`;
}

/** Topic that a gateway or direct meter listens to; never retained. */
export function downTopic(
  site: string,
  kind: NodeKind,
  code: string,
  stream: 'CMD' | 'TIME' | 'RAW',
): string {
  return `${nodeBase(site, kind, code)}/dn/${stream.toLowerCase()}`;
}

/** All that a gateway or direct meter subscribes to. */
export function downFilter(site: string, kind: NodeKind, code: string): string {
  return `${nodeBase(site, kind, code)}/dn/#`;
}

/** Everything meters report, for the bridge; add `sharedFilter` where several bridges share the load. */
export const UP_FILTERS: readonly string[] = ['em/v1/+/gw/+/up/#', 'em/v1/+/m/+/up/#'];

/** Presence. Every bridge takes all of it by an ordinary subscription, so that retained states reach each. */
export const STATUS_FILTERS: readonly string[] = ['em/v1/+/gw/+/status', 'em/v1/+/m/+/status'];

/** The form in which a broker hands each message to one member of `group` only. */
export function sharedFilter(group: string, filter: string): string {
  return `$share/${group}/${filter}`;
}

/** Post-commit frames: the bridge writes, servers read, nobody else. */
export function liveFrameTopic(site: string): string {
  return `em/v1/${site}/live/frame`;
}

/** In the place of a site: empty frames by which servers know that a bridge lives while no meter reports. */
export const BRIDGE_BEAT_SITE = '_bridge';

/** What a server subscribes to. */
export const LIVE_FILTER = 'em/v1/+/live/#';

/** Site of a live frame's topic, or null for any other topic. */
export function siteOfLiveTopic(topic: string): string | null {
  const match = /^em\/v1\/([A-Za-z0-9_-]{1,32})\/live\/frame$/.exec(topic);
  return match ? match[1] : null;
}
