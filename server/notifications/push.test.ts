import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import webpush from 'web-push';
import { Push } from './push';
import { testMessage } from './testing/message';
import { type Received, type Receiver, startReceiver } from './testing/receiver';

/** A push service and the browser behind it: checks the server's signature and opens the message with the browser's key. */
const vapid = webpush.generateVAPIDKeys();
const message = testMessage();
let receiver: Receiver;
let browser: { address: string; open(received: Received): unknown };

beforeEach(async () => {
  receiver = await startReceiver();
  receiver.answer = () => ({ status: 201 });
  browser = newBrowser(`${receiver.url}/push/abc`);
});
afterEach(() => receiver.stop());

const push = () =>
  new Push(
    { publicKey: vapid.publicKey, privateKey: vapid.privateKey, contact: 'mailto:a@example.edu' },
    'ANYWHERE',
  );

/** A subscription and what opens its messages: RFC 8291 section 3.4 with the content coding of RFC 8188. */
function newBrowser(endpoint: string) {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  const auth = randomBytes(16);
  const hkdf = (salt: Buffer, key: Buffer, info: Buffer, length: number) =>
    Buffer.from(hkdfSync('sha256', key, salt, info, length));
  return {
    address: JSON.stringify({
      endpoint,
      keys: { p256dh: ecdh.getPublicKey('base64url'), auth: auth.toString('base64url') },
    }),
    open({ body }: Received): unknown {
      const salt = body.subarray(0, 16);
      const idLength = body[20]!;
      const sender = body.subarray(21, 21 + idLength);
      const sealed = body.subarray(21 + idLength);
      const shared = ecdh.computeSecret(sender);
      const info = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), sender]);
      const input = hkdf(auth, shared, info, 32);
      const key = hkdf(salt, input, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
      const nonce = hkdf(salt, input, Buffer.from('Content-Encoding: nonce\0'), 12);
      const decipher = createDecipheriv('aes-128-gcm', key, nonce);
      decipher.setAuthTag(sealed.subarray(-16));
      const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
      // The last record ends in a 2, then padding.
      return JSON.parse(plain.subarray(0, plain.lastIndexOf(2)).toString('utf8'));
    },
  };
}

/** What the token of VAPID says, if the key that it names has signed it (RFC 8292). */
function vapidClaims({ headers }: Received): Record<string, unknown> | null {
  const [, token, key] = /^vapid t=([^,]+), ?k=(.+)$/.exec(headers.authorization!)!;
  expect(key).toBe(vapid.publicKey);
  const [head, claims, signature] = token!.split('.');
  const point = Buffer.from(key!, 'base64url');
  const publicKey = createPublicKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    },
  });
  const good = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature!, 'base64url'),
  );
  return good ? JSON.parse(Buffer.from(claims!, 'base64url').toString('utf8')) : null;
}

it('the browser opens what the service saw only sealed, and the service knows who sent it', async () => {
  expect(await push().send(browser.address, message)).toEqual({ kind: 'SENT' });
  const [received] = receiver.got;
  expect(received!.body.toString('latin1')).not.toContain('Incident');
  expect(browser.open(received!)).toMatchObject({
    id: 'delivery-7',
    title: message.title,
    text: message.text,
    link: message.link,
    urgent: true,
  });
  expect(vapidClaims(received!)).toMatchObject({
    aud: new URL(receiver.url).origin,
    sub: 'mailto:a@example.edu',
  });
  expect(received!.headers).toMatchObject({ urgency: 'high', ttl: '3600' });
});

it('a repeat has the topic of the first, so that the service keeps one of them', async () => {
  await push().send(browser.address, message);
  await push().send(browser.address, message);
  await push().send(browser.address, testMessage({ id: 'delivery-8' }));
  const topics = receiver.got.map(({ headers }) => headers.topic);
  expect(topics[0]).toMatch(/^[\w-]{32}$/);
  expect(topics[1]).toBe(topics[0]);
  expect(topics[2]).not.toBe(topics[0]);
});

it('a subscription that ended is gone, a service in trouble is tried again, an unreadable one is given up', async () => {
  receiver.answer = () => ({ status: 410 });
  expect(await push().send(browser.address, message)).toMatchObject({ kind: 'REFUSED', gone: true });
  receiver.answer = () => ({ status: 503, headers: { 'Retry-After': '7' } });
  expect(await push().send(browser.address, message)).toEqual({
    kind: 'RETRY',
    reason: 'HTTP_503',
    askedMs: 7_000,
  });
  expect(await push().send('{"endpoint":1}', message)).toMatchObject({ kind: 'REFUSED', gone: true });
});

it('an endpoint in a private network is refused', async () => {
  const guarded = new Push(
    { publicKey: vapid.publicKey, privateKey: vapid.privateKey, contact: 'mailto:a@example.edu' },
    'PUBLIC',
  );
  expect(await guarded.send(browser.address, message)).toMatchObject({ kind: 'REFUSED' });
  expect(receiver.got).toEqual([]);
});
