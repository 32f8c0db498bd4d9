import { AccessToken } from './accessToken';
import type { Message, PersonSender } from './channel';
import { sendByApp } from './platformApp';
import type { WechatNoticeSettings } from './settings';

/** The person no longer follows the account (43004), or the id is none of ours (40003). */
const GONE = new Set([40003, 43004]);
/** WeChat cuts off longer values of a template. */
const VALUE_MAX = 20;

/**
 * Template messages of a WeChat official account to its followers by their openid (developers.weixin.qq.com, "Template messages").
 * The template has two values, `thing1` (what) and `thing2` (more). `client_msg_id` makes a repeat of the same message silent.
 */
export class Wechat implements PersonSender {
  private readonly tokens: AccessToken;

  constructor(
    private readonly settings: WechatNoticeSettings,
    now: () => number,
  ) {
    // The stable form gives every server the same token; the older one ends the token of the others.
    this.tokens = new AccessToken(
      {
        url: `${settings.baseUrl}/cgi-bin/stable_token`,
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          grant_type: 'client_credential',
          appid: settings.appId,
          secret: settings.secret,
        }),
      },
      now,
    );
  }

  send(address: string, message: Message) {
    const value = (text: string) => ({ value: [...text].slice(0, VALUE_MAX).join('') });
    return sendByApp(
      this.tokens,
      (token) =>
        `${this.settings.baseUrl}/cgi-bin/message/template/send?access_token=${encodeURIComponent(token)}`,
      {
        touser: address,
        template_id: this.settings.templateId,
        ...(message.link === null ? {} : { url: message.link }),
        client_msg_id: message.id,
        data: { thing1: value(message.title), thing2: value(message.text) },
      },
      { name: 'WECHAT', gone: GONE },
    );
  }
}
