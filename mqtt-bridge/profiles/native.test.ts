import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseTopic } from '../../contracts/mqttTopics';
import { testCommand } from '../testing/testCommand';
import { nativeProfile } from './native';

const topic = parseTopic('em/v1/north/gw/G1/up/data')!;

/** The worked example of the command contract. */
const golden = testCommand();

describe('native profile', () => {
  test('a command goes to its gateway, QoS 1, with the signature of the worked example', () => {
    const publications = nativeProfile.command(golden, topic);
    expect(publications).toMatchObject([
      { topic: 'em/v1/north/gw/G1/dn/cmd', qos: 1, expiresMs: 1757462520000 },
    ]);
    const [{ payload }] = publications as { payload: string }[];
    expect(JSON.parse(payload)).toEqual({
      v: 1,
      cmd: golden.id,
      id: 'E0301',
      op: 'disconnect',
      args: {},
      iat: 1757462400000,
      exp: 1757462520000,
      why: 'arrears',
      sig: '292af522c60bbd8397ce223ce2d7f9ecbd2c8b99efce8f4d4681ad72283fd617',
    });
  });

  test('a resend is the same text, letter for letter', () => {
    expect(nativeProfile.command({ ...golden, sends: 1 }, topic)).toEqual(
      nativeProfile.command(golden, topic),
    );
  });

  test('nothing goes out unsigned', () => {
    expect(nativeProfile.command({ ...golden, signingKey: null }, topic)).toEqual({
      refused: 'NO_SIGNING_KEY',
    });
    expect(nativeProfile.askReading({ ...golden, signingKey: null }, topic, 'X', 1)).toEqual([]);
  });

  test('a request for a reading is signed, with its own id and a short life', () => {
    const [{ payload, expiresMs }] = nativeProfile.askReading(
      golden,
      topic,
      '01J7ZK3V8N4QK6T2M9R5W1X0YC',
      5_000,
    );
    const { sig, ...body } = JSON.parse(payload) as Record<string, unknown>;
    expect(body).toMatchObject({ op: 'read', cmd: '01J7ZK3V8N4QK6T2M9R5W1X0YC', iat: 5_000, exp: 65_000 });
    expect(expiresMs).toBe(65_000);
    const sorted = Object.fromEntries(Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1)));
    expect(sig).toBe(createHmac('sha256', 'gw-secret-01').update(JSON.stringify(sorted)).digest('hex'));
  });

  test('transparent frames and topics that go down are refused by name', () => {
    const read = (text: string) =>
      nativeProfile.read({ topic: text, payload: Buffer.from('{}'), rxMs: 1 }, parseTopic(text)!);
    expect(read('em/v1/north/gw/G1/up/raw')).toMatchObject([{ reason: 'RAW_NOT_SUPPORTED' }]);
    expect(read('em/v1/north/gw/G1/dn/cmd')).toMatchObject([{ reason: 'UNKNOWN_TOPIC' }]);
    expect(read('em/v1/north/gw/G1/up/ack')).toMatchObject([{ kind: 'REFUSED', field: '/v' }]);
  });
});
