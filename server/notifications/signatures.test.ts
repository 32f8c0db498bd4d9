import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dingtalkSignature } from './dingtalk';
import { feishuSignature } from './feishu';
import { aliyunAuthorization } from './sms/aliyun';
import { tencentAuthorization } from './sms/tencent';
import { webhookSignature } from './webhook';

/** The examples that the providers publish beside their schemes: our signature of them is theirs. */
describe('published examples of signatures', () => {
  it('Alibaba Cloud V3: RunInstances', () => {
    const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    expect(
      aliyunAuthorization('YourAccessKeyId', 'YourAccessKeySecret', {
        method: 'POST',
        query: {
          ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd',
          RegionId: 'cn-shanghai',
        },
        headers: {
          host: 'ecs.cn-shanghai.aliyuncs.com',
          'x-acs-action': 'RunInstances',
          'x-acs-content-sha256': emptyHash,
          'x-acs-date': '2023-10-26T10:22:32Z',
          'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
          'x-acs-version': '2014-05-26',
        },
        body: '',
      }),
    ).toBe(
      'ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
    );
  });

  it('Tencent Cloud v3: DescribeInstances', () => {
    const authorization = tencentAuthorization(
      'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE',
      'Gu5t9xGARNpq86cd98joQYCN3EXAMPLE',
      {
        service: 'cvm',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          host: 'cvm.tencentcloudapi.com',
        },
        body: '{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}',
        timestamp: 1551113065,
      },
    );
    expect(authorization).toBe(
      'TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168',
    );
  });
});

describe('what a receiver recomputes', () => {
  it('a webhook: timestamp, full stop and body, with the own secret', () => {
    const expected = createHmac('sha256', 'whs_x').update('1700000000.{"a":1}').digest('hex');
    expect(webhookSignature('whs_x', 1_700_000_000, '{"a":1}')).toBe(expected);
    expect(webhookSignature('whs_y', 1_700_000_000, '{"a":1}')).not.toBe(expected);
    expect(webhookSignature('whs_x', 1_700_000_001, '{"a":1}')).not.toBe(expected);
  });

  it('robots of DingTalk and Feishu: the same two parts, one as text and one as key', () => {
    expect(dingtalkSignature('SEC0', 1_577_262_236_757)).toBe(
      createHmac('sha256', 'SEC0').update('1577262236757\nSEC0').digest('base64'),
    );
    expect(feishuSignature('demo', 1_599_360_473)).toBe(
      createHmac('sha256', '1599360473\ndemo').update('').digest('base64'),
    );
  });
});
