import { connectAsync, type MqttClient } from 'mqtt';
import { statusTopic, upTopic } from '../../contracts/mqttTopics';
import type { Path } from './startPath';

/** Members of a reading as they stand in a payload (docs/mqtt.md). */
export type Item = Record<string, unknown>;

/** A gateway or direct meter at the broker, by a plain MQTT client. */
export interface NodeClient {
  readonly mqtt: MqttClient;
  readonly signingKey: string;
  /** One message of readings; resolves with its PUBACK. */
  data(items: readonly Item[]): Promise<void>;
  /** Any payload on `up/data`. */
  raw(payload: string | Buffer): Promise<void>;
  end(): Promise<void>;
}

/** Signs in with a fresh credential and announces itself, as devices do. */
export async function connectNode(path: Path, kind: 'GATEWAY' | 'METER', code: string): Promise<NodeClient> {
  const { password, signingKey } = await path.credential(kind === 'GATEWAY' ? 'gateways' : 'meters', code);
  const mqtt = await connectAsync(`mqtt://127.0.0.1:${path.mqttPort}`, {
    clientId: code,
    username: code,
    password,
    clean: false,
    protocolVersion: 4,
    reconnectPeriod: 50,
    will: {
      topic: statusTopic(path.site, kind, code),
      payload: Buffer.from(JSON.stringify({ v: 1, online: false })),
      qos: 1,
      retain: true,
    },
  });
  await mqtt.publishAsync(statusTopic(path.site, kind, code), JSON.stringify({ v: 1, online: true }), {
    qos: 1,
    retain: true,
  });
  const topic = upTopic(path.site, kind, code, 'DATA');
  const raw = async (payload: string | Buffer) => {
    await mqtt.publishAsync(topic, payload, { qos: 1 });
  };
  return {
    mqtt,
    signingKey,
    raw,
    data: (items) =>
      raw(JSON.stringify(kind === 'METER' ? { v: 1, ...items[0] } : { v: 1, gw: code, r: items })),
    end: () => mqtt.endAsync(true),
  };
}
