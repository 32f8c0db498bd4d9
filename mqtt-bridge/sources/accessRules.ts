import { type NodeKind, nodeBase, statusTopic } from '../../contracts/mqttTopics';
import type { ForeignAccess } from '../foreignMeters';

/** Whom the embedded broker talks to, established by user name and password. */
export type MqttIdentity =
  /** A gateway or direct meter; client id and user name are its code. */
  | { role: 'NODE'; site: string; kind: NodeKind; code: string }
  /** A server of ours: reads live frames, publishes nothing. */
  | { role: 'LIVE' };

/** What may happen to a publish: DROP is acknowledged and goes nowhere, REFUSE ends the connection. */
export type PublishVerdict = 'ALLOW' | 'DROP' | 'REFUSE';

/** A node publishes below its own `up/` and to its own `status`, nothing else. */
export function judgePublish(
  identity: MqttIdentity,
  topic: string,
  foreign: ForeignAccess | null,
): PublishVerdict {
  if (identity.role !== 'NODE') return 'REFUSE';
  const { site, kind, code } = identity;
  if (topic === statusTopic(site, kind, code) || topic.startsWith(`${nodeBase(site, kind, code)}/up/`)) {
    return 'ALLOW';
  }
  if (foreign === null) return 'REFUSE';
  // Foreign firmware also announces itself elsewhere and would never stop reconnecting if it were refused.
  return foreign.publishPrefixes.some((prefix) => topic.startsWith(prefix)) ? 'ALLOW' : 'DROP';
}

/** Only presence may be kept by the broker. */
export function mayRetain(identity: MqttIdentity, topic: string): boolean {
  return topic.endsWith('/status') || (identity.role === 'NODE' && topic.endsWith('/LWT'));
}

/** A node listens to its own `dn/`, a server to live frames. Wildcards can't climb out of the prefix. */
export function maySubscribe(identity: MqttIdentity, filter: string, foreign: ForeignAccess | null): boolean {
  if (identity.role === 'LIVE') return /^em\/v1\/[^/#]+\/live\/.+$/.test(filter);
  const { site, kind, code } = identity;
  if (filter.startsWith(`${nodeBase(site, kind, code)}/dn/`)) return true;
  return foreign?.subscribePrefixes.some((prefix) => filter.startsWith(prefix)) ?? false;
}
