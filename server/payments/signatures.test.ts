import { createCipheriv, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { verifiedForm } from './alipay/alipaySignature';
import { NotificationRefused } from './provider';
import { parsePaymentSettings, paymentSettingsFile } from './settings';
import { verifyStripe } from './stripe/stripeSignature';
import { openResource, verifyWechat } from './wechat/wechatSignature';

/** What refuses it, or null where it is believed. */
function refusal(act: () => unknown): string | null {
  try {
    act();
    return null;
  } catch (error) {
    if (!(error instanceof NotificationRefused)) throw error;
    return error.reason;
  }
}

const pair = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

/** The same bytes with one of them changed, for every byte. */
function* eachByteChanged(bytes: Buffer): Generator<Buffer> {
  for (let i = 0; i < bytes.length; i++) {
    const copy = Buffer.from(bytes);
    copy[i] = copy[i]! ^ 0x01;
    yield copy;
  }
}

describe('Stripe', () => {
  const secret = 'whsec_test_secret';
  const body = Buffer.from('{"id":"evt_1","type":"payment_intent.succeeded"}');
  const t = 1_757_462_400;
  const vector = '850b9ad00dbd14b70f26a0257782a28b356441cb87c796b541bc69dbd1a16140';
  const at = (seconds: number) => (t + seconds) * 1_000;
  const verify = (bytes: Buffer, header: string | null, nowMs = at(0), secrets = [secret]) =>
    refusal(() => verifyStripe(bytes, header, secrets, nowMs));

  it('the vector of the specification is believed', () => {
    expect(verify(body, `t=${t},v1=${vector}`)).toBeNull();
    expect(verify(body, `t=${t},v1=${'0'.repeat(64)},v1=${vector},v0=x`)).toBeNull();
  });

  it('every changed byte of body or signature is refused', () => {
    for (const changed of eachByteChanged(body))
      expect(verify(changed, `t=${t},v1=${vector}`)).toBe('SIGNATURE');
    for (const changed of eachByteChanged(Buffer.from(vector)))
      expect(verify(body, `t=${t},v1=${changed.toString('latin1')}`)).not.toBeNull();
  });

  it('older or further ahead than 300 s is refused, and so is a time that was not signed', () => {
    expect(verify(body, `t=${t},v1=${vector}`, at(300))).toBeNull();
    expect(verify(body, `t=${t},v1=${vector}`, at(301))).toBe('TIMESTAMP');
    expect(verify(body, `t=${t},v1=${vector}`, at(-301))).toBe('TIMESTAMP');
    expect(verify(body, `t=${t + 1},v1=${vector}`)).toBe('SIGNATURE');
  });

  it('two secrets hold side by side; without a header nothing does', () => {
    const next = createHmac('sha256', 'whsec_next').update(`${t}.`).update(body).digest('hex');
    expect(verify(body, `t=${t},v1=${next}`, at(0), [secret, 'whsec_next'])).toBeNull();
    expect(verify(body, `t=${t},v1=${next}`)).toBe('SIGNATURE');
    for (const header of [null, '', 'v1=', `t=${t}`, `v1=${vector}`, 't=x,v1=y'])
      expect(verify(body, header), String(header)).toBe('MALFORMED');
  });
});

describe('WeChat Pay', () => {
  const { publicKey, privateKey } = pair();
  const keys = [{ serial: 'S1', publicKey }];
  const nowMs = 1_757_462_400_000;
  const body = Buffer.from('{"id":"EV-1","resource":{"ciphertext":"…"}}');
  const signed = (bytes: Buffer, timestamp = '1757462400', nonce = 'n0nce') =>
    sign(
      'sha256',
      Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), bytes, Buffer.from('\n')]),
      privateKey,
    ).toString('base64');
  const headers = (more: Record<string, string> = {}) => ({
    'wechatpay-timestamp': '1757462400',
    'wechatpay-nonce': 'n0nce',
    'wechatpay-serial': 'S1',
    'wechatpay-signature': signed(body),
    'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
    ...more,
  });
  const verify = (bytes: Buffer, given: Record<string, string>, now = nowMs) =>
    refusal(() => verifyWechat({ body: bytes, header: (name) => given[name] ?? null }, keys, now));

  it('what the platform signed is believed', () => {
    expect(verify(body, headers())).toBeNull();
  });

  it('every changed byte of the body, and every changed header, is refused', () => {
    for (const changed of eachByteChanged(body)) expect(verify(changed, headers())).toBe('SIGNATURE');
    expect(verify(body, headers({ 'wechatpay-nonce': 'n0ncf' }))).toBe('SIGNATURE');
    expect(verify(body, headers({ 'wechatpay-timestamp': '1757462401' }))).toBe('SIGNATURE');
    expect(verify(body, headers({ 'wechatpay-serial': 'S2' }))).toBe('UNKNOWN_KEY');
    expect(verify(body, headers({ 'wechatpay-signature-type': 'MD5' }))).toBe('MALFORMED');
    const { 'wechatpay-signature': _, ...bare } = headers();
    expect(verify(body, bare)).toBe('MALFORMED');
  });

  it('300 s away from our clock is too far, either way', () => {
    expect(verify(body, headers(), nowMs + 299_999)).toBeNull();
    expect(verify(body, headers(), nowMs + 300_000)).toBe('TIMESTAMP');
    expect(verify(body, headers(), nowMs - 300_000)).toBe('TIMESTAMP');
  });

  it('the sealed part opens with its key alone, and no byte of it may change', () => {
    const key = 'k'.repeat(32);
    const cipher = createCipheriv('aes-256-gcm', key, 'nonce-12byte');
    cipher.setAAD(Buffer.from('transaction'));
    const sealed = Buffer.concat([cipher.update('{"amount":1}'), cipher.final(), cipher.getAuthTag()]);
    const open = (bytes: Buffer, more: { key?: string; aad?: string } = {}) =>
      openResource(
        {
          ciphertext: bytes.toString('base64'),
          nonce: 'nonce-12byte',
          associatedData: more.aad ?? 'transaction',
        },
        more.key ?? key,
      ).toString();
    expect(open(sealed)).toBe('{"amount":1}');
    for (const changed of eachByteChanged(sealed)) expect(refusal(() => open(changed))).toBe('SIGNATURE');
    expect(refusal(() => open(sealed, { key: 'x'.repeat(32) }))).toBe('SIGNATURE');
    expect(refusal(() => open(sealed, { aad: 'another' }))).toBe('SIGNATURE');
    expect(refusal(() => open(Buffer.alloc(3)))).toBe('SIGNATURE');
  });
});

describe('Alipay', () => {
  const { publicKey, privateKey } = pair();
  const fields: [string, string][] = [
    ['total_amount', '20.00'],
    ['subject', '充值 100% + 送'],
    ['body', ''],
    ['notify_id', 'N-1'],
    ['charset', 'utf-8'],
  ];
  const text = (list: readonly [string, string][]) =>
    [...list]
      .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
  const form = (signedOver: string, list = fields) =>
    Buffer.from(
      new URLSearchParams([
        ...list,
        ['sign_type', 'RSA2'],
        ['sign', sign('sha256', Buffer.from(signedOver), privateKey).toString('base64')],
      ]).toString(),
    );
  const verify = (bytes: Buffer) => refusal(() => verifiedForm(bytes, [publicKey]));

  it('is believed with sign_type left out of what is signed, and with it kept', () => {
    expect(verifiedForm(form(text(fields)), [publicKey]).get('subject')).toBe('充值 100% + 送');
    expect(verify(form(text([...fields, ['sign_type', 'RSA2']])))).toBeNull();
    // Empty values belong to what is signed.
    expect(verify(form(text(fields.filter(([name]) => name !== 'body'))))).toBe('SIGNATURE');
  });

  it('is read in the charset that it was signed in', () => {
    const gbk = Buffer.from([0xb3, 0xe4, 0xd6, 0xb5]);
    const content = Buffer.concat([Buffer.from('charset=GBK&subject='), gbk]);
    const percent = [...gbk].map((byte) => `%${byte.toString(16).toUpperCase()}`).join('');
    const signature = encodeURIComponent(sign('sha256', content, privateKey).toString('base64'));
    const body = Buffer.from(`subject=${percent}&charset=GBK&sign_type=RSA2&sign=${signature}`);
    expect(verifiedForm(body, [publicKey]).get('subject')).toBe('充值');
  });

  it('every changed byte is refused', () => {
    const whole = form(text(fields));
    const name = /(?:^|&)sign_type=/;
    for (const changed of eachByteChanged(whole)) {
      // A byte of a percent escape may change its case, or sign_type its name's last letter: nothing signed differs then.
      const same =
        changed.toString('latin1').toLowerCase() === whole.toString('latin1').toLowerCase() ||
        !name.test(changed.toString('latin1'));
      if (!same) expect(verify(changed), changed.toString('latin1')).not.toBeNull();
    }
    expect(verify(Buffer.from('total_amount=20.00'))).toBe('MALFORMED');
    expect(verify(Buffer.concat([whole, Buffer.from('&total_amount=1.00')]))).toBe('MALFORMED');
    expect(refusal(() => verifiedForm(whole, [pair().publicKey]))).toBe('SIGNATURE');
  });
});

describe('merchant settings', () => {
  const card = { baseUrl: 'https://card.example', keyId: 'k', secret: 'secret-of-card', terminal: 'T' };

  it('name the place and the rule of what is wrong, and never a value', () => {
    expect(() => parsePaymentSettings('{')).toThrow('not JSON');
    expect(() => parsePaymentSettings(JSON.stringify({ card: { ...card, secret: 'abc' } }))).toThrow(
      '/card/secret',
    );
    try {
      parsePaymentSettings(JSON.stringify({ card: { ...card, baseUrl: 'secret-of-card' } }));
      expect.unreachable();
    } catch (error) {
      expect(String(error)).toContain('/card/baseUrl');
      expect(String(error)).not.toContain('secret-of-card');
    }
  });

  it('are read again when the file changes; a bad one leaves the last good ones in force', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wattkeep-settings-'));
    const file = join(folder, 'payments.json');
    try {
      writeFileSync(file, JSON.stringify({ card }));
      const problems: string[] = [];
      const source = paymentSettingsFile(file, (problem) => problems.push(problem));
      expect(source.current().card?.keyId).toBe('k');
      writeFileSync(file, JSON.stringify({ card: { ...card, keyId: 'next' } }));
      await vi.waitFor(() => expect(source.current().card?.keyId).toBe('next'), { timeout: 30_000 });
      writeFileSync(file, 'broken');
      await vi.waitFor(() => expect(source.current() && problems).toHaveLength(1), { timeout: 30_000 });
      expect(source.current().card?.keyId).toBe('next');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
