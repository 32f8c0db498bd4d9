import { AccessToken } from './accessToken';
import { type Message, type PersonSender, wholeText } from './channel';
import { sendByApp } from './platformApp';
import type { WecomSettings } from './settings';

/** The person has left the company or never was in it: userid not found, not in the app's scope. */
const GONE = new Set([60111, 81013]);
/** Within it WeCom drops a message that it has got already, s. */
const DUPLICATES_S = 1_800;

/**
 * Messages of a WeCom app to people by their user id (developer.work.weixin.qq.com, "Sending app messages"). A repeat of the
 * same text within half an hour is dropped there, so what is sent twice by us arrives once.
 */
export class Wecom implements PersonSender {
  private readonly tokens: AccessToken;

  constructor(
    private readonly settings: WecomSettings,
    now: () => number,
  ) {
    const query = new URLSearchParams({ corpid: settings.corpId, corpsecret: settings.secret });
    this.tokens = new AccessToken(
      { url: `${settings.baseUrl}/cgi-bin/gettoken?${query}`, method: 'GET', headers: {} },
      now,
    );
  }

  send(address: string, message: Message) {
    return sendByApp(
      this.tokens,
      (token) => `${this.settings.baseUrl}/cgi-bin/message/send?access_token=${encodeURIComponent(token)}`,
      {
        touser: address,
        msgtype: 'text',
        agentid: this.settings.agentId,
        text: { content: wholeText(message) },
        enable_duplicate_check: 1,
        duplicate_check_interval: DUPLICATES_S,
      },
      { name: 'WECOM', gone: GONE },
    );
  }
}
