import { createHash, createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Dingtalk } from './dingtalk';
import { Feishu } from './feishu';
import { addressProblem, outbound, publicLookup } from './outbound';
import { isPublicAddress } from './privateAddress';
import { parseNotificationSettings } from './settings';
import { AliyunSms } from './sms/aliyun';
import { TencentSms } from './sms/tencent';
import { testMessage } from './testing/message';
import { type Receiver, startReceiver } from './testing/receiver';
import { Webhook } from './webhook';
import { Wechat } from './wechat';
import { Wecom } from './wecom';

/** Each channel against a receiver on this machine that checks what the real one checks. */

const NOW = Date.UTC(2025, 8, 10, 4);
const now = () => NOW;
const message = testMessage();
const json = (body: Buffer) => JSON.parse(body.toString('utf8'));
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.stop());

describe('webhook', () => {
  const webhook = new Webhook('ANYWHERE', now);
  const to = (previousSecret: string | null = null) => ({
    url: `${receiver.url}/hook`,
    secret: 'whs_new',
    previousSecret,
  });
  const fits = (secret: string) => {
    const { headers, body } = receiver.got.at(-1)!;
    const signed = `${headers['x-wattkeep-timestamp']}.${body.toString('utf8')}`;
    const expected = createHmac('sha256', secret).update(signed).digest('hex');
    return String(headers['x-wattkeep-signature']).split(',').includes(`v1=${expected}`);
  };

  it('carries facts and words under the stable id, signed over timestamp and body', async () => {
    expect(await webhook.send(to(), message)).toEqual({ kind: 'SENT' });
    expect(fits('whs_new')).toBe(true);
    expect(fits('whs_old')).toBe(false);
    const { headers, body } = receiver.got[0]!;
    expect(headers['x-wattkeep-message-id']).toBe('delivery-7');
    expect(Math.abs(Number(headers['x-wattkeep-timestamp']) * 1_000 - NOW)).toBeLessThan(1_000);
    expect(json(body)).toMatchObject({
      id: 'delivery-7',
      kind: 'ALARM_RAISED',
      incident: 42,
      place: 'N',
      title: message.title,
    });
  });

  it('is signed by both secrets while receivers change over', async () => {
    await webhook.send(to('whs_old'), message);
    expect([fits('whs_new'), fits('whs_old')]).toEqual([true, true]);
  });

  it.each([
    [500, 'RETRY'],
    [429, 'RETRY'],
    [404, 'REFUSED'],
    [301, 'REFUSED'],
  ])('a receiver that answers %i: %s, and a redirect is not followed', async (status, kind) => {
    receiver.answer = () => ({ status, headers: { 'Retry-After': '30', Location: `${receiver.url}/other` } });
    expect(await webhook.send(to(), message)).toMatchObject({
      kind,
      reason: `HTTP_${status}`,
      ...(kind === 'RETRY' ? { askedMs: 30_000 } : {}),
    });
    expect(receiver.got).toHaveLength(1);
  });

  it('a receiver that is away is tried again', async () => {
    const { url } = receiver;
    await receiver.stop();
    expect(await webhook.send({ ...to(), url }, message)).toEqual({
      kind: 'RETRY',
      reason: 'CONNECTION_REFUSED',
    });
  });

  it('a receiver that never answers is let go after some seconds', async () => {
    receiver.answer = () => null;
    const waiting = outbound(receiver.url, { method: 'GET', headers: {}, withinMs: 100 }, 'ANYWHERE');
    await expect(waiting).rejects.toMatchObject({ reason: 'TIMEOUT', forGood: false });
  });
});

describe('addresses that people enter', () => {
  it.each([
    ['http://hooks.example.com/x', 'TLS_NEEDED'],
    ['https://localhost/x', 'ADDRESS_PRIVATE'],
    ['https://127.0.0.1/x', 'ADDRESS_PRIVATE'],
    ['https://0x7f.1/x', 'ADDRESS_PRIVATE'],
    ['https://10.1.2.3/x', 'ADDRESS_PRIVATE'],
    ['https://169.254.169.254/latest', 'ADDRESS_PRIVATE'],
    ['https://[::1]/x', 'ADDRESS_PRIVATE'],
    ['https://[::ffff:192.168.0.1]/x', 'ADDRESS_PRIVATE'],
    ['https://[fd00::1]/x', 'ADDRESS_PRIVATE'],
    ['https://database/x', 'ADDRESS_PRIVATE'],
    ['https://me:pw@hooks.example.com/', 'ADDRESS_INVALID'],
    ['file:///etc/passwd', 'TLS_NEEDED'],
    ['nonsense', 'ADDRESS_INVALID'],
  ])('%s: %s', (url, problem) => expect(addressProblem(url)).toBe(problem));

  it('public ones are taken', () => {
    expect(addressProblem('https://hooks.example.com/x')).toBeNull();
    expect(addressProblem('https://[2400:3200::1]/')).toBeNull();
    expect(isPublicAddress('223.5.5.5')).toBe(true);
    expect(isPublicAddress('172.32.0.1')).toBe(true);
    expect(isPublicAddress('172.31.255.255')).toBe(false);
  });

  it('nothing is sent to a private one, not even when its name leads there only at the time', async () => {
    const problem = outbound(
      `https://127.0.0.1:${new URL(receiver.url).port}/`,
      { method: 'GET', headers: {} },
      'PUBLIC',
    );
    await expect(problem).rejects.toMatchObject({ reason: 'ADDRESS_PRIVATE', forGood: true });
    const looked = await new Promise((resolve) => publicLookup('localhost', { all: true }, resolve));
    expect(looked).toMatchObject({ reason: 'ADDRESS_PRIVATE', forGood: true });
    expect(receiver.got).toEqual([]);
  });
});

describe('group robots', () => {
  it('DingTalk checks timestamp and sign in the address and says so in the body', async () => {
    receiver.answer = ({ query }) => {
      const expected = createHmac('sha256', 'SEC1')
        .update(`${query.get('timestamp')}\nSEC1`)
        .digest('base64');
      const good = query.get('sign') === expected && query.get('access_token') === 'tok';
      return { status: 200, body: good ? { errcode: 0 } : { errcode: 310000, errmsg: 'sign not match' } };
    };
    const robot = new Dingtalk('ANYWHERE', now);
    const url = `${receiver.url}/robot/send?access_token=tok`;
    expect(await robot.send({ url, secret: 'SEC1', previousSecret: null }, message)).toEqual({
      kind: 'SENT',
    });
    expect(json(receiver.got[0]!.body).text.content).toContain('Incident 42');
    expect(await robot.send({ url, secret: 'SEC2', previousSecret: null }, message)).toMatchObject({
      kind: 'REFUSED',
      reason: 'DINGTALK_310000',
    });
    receiver.answer = () => ({ status: 200, body: { errcode: 130101 } });
    expect(await robot.send({ url, secret: 'SEC1', previousSecret: null }, message)).toMatchObject({
      kind: 'RETRY',
    });
  });

  it('Feishu checks timestamp and sign in the body', async () => {
    receiver.answer = ({ body }) => {
      const { timestamp, sign } = json(body);
      const expected = createHmac('sha256', `${timestamp}\nfs`).digest('base64');
      return { status: 200, body: sign === expected ? { code: 0, msg: 'success' } : { code: 19021 } };
    };
    const robot = new Feishu('ANYWHERE', now);
    const to = (secret: string) => ({ url: `${receiver.url}/hook/1`, secret, previousSecret: null });
    expect(await robot.send(to('fs'), message)).toEqual({ kind: 'SENT' });
    expect(await robot.send(to('no'), message)).toMatchObject({ kind: 'REFUSED', reason: 'FEISHU_19021' });
  });
});

describe('apps of WeChat and WeCom', () => {
  /** A platform that gives a token once and takes no other. */
  const platform = () => {
    let given = 0;
    let valid = '';
    receiver.answer = (request) => {
      if (/token$/.test(request.path)) {
        valid = `token-${++given}`;
        return { status: 200, body: { errcode: 0, access_token: valid, expires_in: 7200 } };
      }
      const good = request.query.get('access_token') === valid;
      return { status: 200, body: good ? { errcode: 0 } : { errcode: 42001 } };
    };
    return {
      tokens: () => given,
      end: () => {
        valid = 'over';
      },
    };
  };
  const wecom = (clock = now) =>
    new Wecom({ baseUrl: receiver.url, corpId: 'ww1', secret: 'secret-1', agentId: 7 }, clock);

  it('WeCom: one token for many messages, a new one when it is over before its time or by it', async () => {
    const at = platform();
    let clock = NOW;
    const sender = wecom(() => clock);
    const all = await Promise.all([1, 2, 3].map(() => sender.send('liwei', message)));
    expect(all).toEqual([{ kind: 'SENT' }, { kind: 'SENT' }, { kind: 'SENT' }]);
    expect(at.tokens()).toBe(1);
    expect(receiver.got[0]!.query.get('corpsecret')).toBe('secret-1');
    expect(json(receiver.got[1]!.body)).toMatchObject({
      touser: 'liwei',
      agentid: 7,
      enable_duplicate_check: 1,
    });
    at.end();
    expect(await sender.send('liwei', message)).toEqual({ kind: 'SENT' });
    expect(at.tokens()).toBe(2);
    clock += 7_000_000;
    expect(await sender.send('liwei', message)).toEqual({ kind: 'SENT' });
    expect(at.tokens()).toBe(3);
  });

  it('WeCom: a wrong secret is tried again, a person who left is gone', async () => {
    receiver.answer = () => ({ status: 200, body: { errcode: 40001, errmsg: 'invalid credential' } });
    expect(await wecom().send('liwei', message)).toEqual({ kind: 'RETRY', reason: 'TOKEN_40001' });
    receiver.answer = ({ path }) => ({
      status: 200,
      body: path.endsWith('gettoken') ? { access_token: 't', expires_in: 7200 } : { errcode: 81013 },
    });
    expect(await wecom().send('liwei', message)).toEqual({
      kind: 'REFUSED',
      reason: 'WECOM_81013',
      gone: true,
    });
  });

  it('WeChat: template message by openid under the stable id; one who unfollowed is gone', async () => {
    platform();
    const sender = new Wechat(
      { baseUrl: receiver.url, appId: 'wx1', secret: 'secret-1', templateId: 'T1' },
      now,
    );
    expect(await sender.send('openid-1', message)).toEqual({ kind: 'SENT' });
    expect(json(receiver.got[0]!.body)).toMatchObject({ grant_type: 'client_credential', appid: 'wx1' });
    const sent = json(receiver.got[1]!.body);
    expect(sent).toMatchObject({
      touser: 'openid-1',
      template_id: 'T1',
      client_msg_id: 'delivery-7',
      url: message.link,
    });
    for (const { value } of Object.values(sent.data) as { value: string }[])
      expect([...value].length).toBeLessThanOrEqual(20);
    receiver.answer = () => ({ status: 200, body: { errcode: 43004 } });
    expect(await sender.send('openid-1', message)).toMatchObject({ kind: 'REFUSED', gone: true });
  });
});

describe('short messages', () => {
  const templates = { 'zh-CN': 'SMS_1', en: 'SMS_2' };

  it('Alibaba Cloud: the receiver recomputes the signature from what arrived', async () => {
    const sms = new AliyunSms(
      {
        provider: 'aliyun',
        baseUrl: receiver.url,
        keyId: 'id',
        keySecret: 'key-secret',
        signName: '校园',
        templates,
      },
      now,
    );
    receiver.answer = ({ query, headers }) => {
      const [, signedNames, signature] = /SignedHeaders=(.+),Signature=(.+)$/.exec(headers.authorization!)!;
      const encode = (text: string) =>
        encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
      const sorted = [...query.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
      const canonical = [
        'POST',
        '/',
        sorted.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&'),
        ...signedNames!.split(';').map((name) => `${name}:${headers[name]}`),
        '',
        signedNames,
        headers['x-acs-content-sha256'],
      ].join('\n');
      const expected = createHmac('sha256', 'key-secret')
        .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
        .digest('hex');
      return { status: 200, body: { Code: expected === signature ? 'OK' : 'SignatureDoesNotMatch' } };
    };
    expect(await sms.send('+8613800000000', message)).toEqual({ kind: 'SENT' });
    const { query } = receiver.got[0]!;
    expect(query.get('PhoneNumbers')).toBe('13800000000');
    expect(query.get('TemplateCode')).toBe('SMS_2');
    expect(JSON.parse(query.get('TemplateParam')!)).toEqual({ text: message.title });
    receiver.answer = () => ({ status: 200, body: { Code: 'isv.BUSINESS_LIMIT_CONTROL' } });
    expect(await sms.send('+8613800000000', message)).toMatchObject({ kind: 'RETRY' });
    receiver.answer = () => ({ status: 200, body: { Code: 'isv.MOBILE_NUMBER_ILLEGAL' } });
    expect(await sms.send('+861', message)).toMatchObject({ kind: 'REFUSED', gone: true });
  });

  it('Tencent Cloud: the receiver recomputes the signature from what arrived', async () => {
    const sms = new TencentSms(
      {
        provider: 'tencent',
        baseUrl: receiver.url,
        region: 'ap-guangzhou',
        secretId: 'id',
        secretKey: 'key-secret',
        sdkAppId: '1400',
        signName: '校园',
        templates,
      },
      now,
    );
    receiver.answer = ({ headers, body }) => {
      const [, scope, names, signature] = /Credential=id\/(.+), SignedHeaders=(.+), Signature=(.+)$/.exec(
        headers.authorization!,
      )!;
      const canonical = [
        'POST',
        '/',
        '',
        ...names!.split(';').map((name) => `${name}:${String(headers[name]).toLowerCase()}`),
        '',
        names,
        sha256(body.toString('utf8')),
      ].join('\n');
      const toSign = ['TC3-HMAC-SHA256', headers['x-tc-timestamp'], scope, sha256(canonical)].join('\n');
      const key = scope!
        .split('/')
        .reduce<string | Buffer>(
          (from, part) => createHmac('sha256', from).update(part).digest(),
          'TC3key-secret',
        );
      const good = createHmac('sha256', key).update(toSign).digest('hex') === signature;
      return {
        status: 200,
        body: {
          Response: good
            ? { SendStatusSet: [{ Code: 'Ok' }] }
            : { Error: { Code: 'AuthFailure.SignatureFailure' } },
        },
      };
    };
    expect(await sms.send('+8613800000000', message)).toEqual({ kind: 'SENT' });
    expect(json(receiver.got[0]!.body)).toMatchObject({
      PhoneNumberSet: ['+8613800000000'],
      TemplateId: 'SMS_2',
      TemplateParamSet: [message.title],
      SessionContext: 'delivery-7',
    });
    receiver.answer = () => ({
      status: 200,
      body: { Response: { SendStatusSet: [{ Code: 'LimitExceeded.PhoneNumberDailyLimit' }] } },
    });
    expect(await sms.send('+8613800000000', message)).toMatchObject({ kind: 'RETRY' });
  });
});

describe('trouble at a provider', () => {
  const templates = { 'zh-CN': 'SMS_1', en: 'SMS_2' };
  const senders = (baseUrl: string) => ({
    aliyun: new AliyunSms(
      { provider: 'aliyun', baseUrl, keyId: 'id', keySecret: 'shh', signName: 's', templates },
      now,
    ),
    tencent: new TencentSms(
      {
        ...{ provider: 'tencent', baseUrl, region: 'r', secretId: 'id', secretKey: 'shh' },
        ...{ sdkAppId: '1', signName: 's', templates },
      },
      now,
    ),
    wecom: new Wecom({ baseUrl, corpId: 'c', secret: 'shh', agentId: 1 }, now),
    wechat: new Wechat({ baseUrl, appId: 'a', secret: 'shh', templateId: 'T' }, now),
  });

  it.each(['aliyun', 'tencent', 'wecom', 'wechat'] as const)(
    '%s: a page that is not found there ends no contact, the message is tried again',
    async (name) => {
      for (const status of [403, 404, 410]) {
        receiver.answer = ({ path }) =>
          /token$/.test(path)
            ? { status: 200, body: { access_token: 't', expires_in: 7200 } }
            : { status, body: '<html>' };
        expect(await senders(receiver.url)[name].send('someone', message)).toEqual({
          kind: 'RETRY',
          reason: `HTTP_${status}`,
        });
      }
    },
  );

  it.each([
    ['aliyun', { Code: 'isv.AMOUNT_NOT_ENOUGH' }],
    ['aliyun', { Code: 'SignatureDoesNotMatch' }],
    ['tencent', { Response: { Error: { Code: 'AuthFailure.SecretIdNotFound' } } }],
    [
      'tencent',
      { Response: { SendStatusSet: [{ Code: 'FailedOperation.InsufficientBalanceInSmsPackage' }] } },
    ],
  ] as const)('%s %o is ours to mend: tried again', async (name, body) => {
    receiver.answer = () => ({ status: 200, body });
    expect(await senders(receiver.url)[name].send('+8613800000000', message)).toMatchObject({
      kind: 'RETRY',
    });
  });
});

describe('settings', () => {
  it('name the place and the rule of what is wrong, and never a value', () => {
    const problem = (settings: object) => {
      try {
        parseNotificationSettings(JSON.stringify(settings));
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(problem({ wecom: { corpId: 'c', secret: 'shh', agentId: 1 } })).toMatch(/\/wecom\/secret/);
    expect(problem({ wecom: { corpId: 'c', secret: 'shh', agentId: 1 } })).not.toContain('shh');
    expect(problem({ fax: {} })).toMatch(/fax/);
    expect(problem({ sms: { sandbox: true }, groups: ['WEBHOOK'] })).toBe('');
  });
});
