import type { Database } from '../../db/client';
import {
  GROUP_CHANNELS,
  type GroupChannel,
  type NoticeChannel,
  PERSON_CHANNELS,
  type PersonChannel,
} from '../../domain/notices/noticeChannel';
import type { Clock } from '../../domain/time/clock';
import type { GroupSender, PersonSender } from './channel';
import { Dingtalk } from './dingtalk';
import { Email } from './email';
import { Feishu } from './feishu';
import type { Reach } from './outbound';
import { Push } from './push';
import { Sandbox } from './sandbox';
import type { NotificationSettings, NotificationSettingsSource } from './settings';
import { AliyunSms } from './sms/aliyun';
import { TencentSms } from './sms/tencent';
import { Webhook } from './webhook';
import { Wechat } from './wechat';
import { Wecom } from './wecom';

export interface SendersDeps {
  readonly database: Database;
  readonly settings: NotificationSettingsSource;
  /** Business time, for what a sandbox keeps. */
  readonly clock: Clock;
  /** Real time: signatures and tokens are compared with others' clocks. */
  readonly realClock: Clock;
  /** Our own address, without a trailing slash. */
  readonly publicUrl: string;
}

/** The configured channels. They are made anew when the settings change, and keep their tokens and connections until then. */
export class Senders {
  private madeFrom: NotificationSettings | null = null;
  private persons: Partial<Record<PersonChannel, PersonSender>> = {};
  private groups: Partial<Record<GroupChannel, GroupSender>> = {};

  constructor(private readonly deps: SendersDeps) {}

  /** Channels that are configured, in their order. */
  offered(): NoticeChannel[] {
    this.follow();
    return [
      ...PERSON_CHANNELS.filter((channel) => this.persons[channel]),
      ...GROUP_CHANNELS.filter((channel) => this.groups[channel]),
    ];
  }

  /** Null: the channel has no settings. */
  person(channel: PersonChannel): PersonSender | null {
    this.follow();
    return this.persons[channel] ?? null;
  }

  group(channel: GroupChannel): GroupSender | null {
    this.follow();
    return this.groups[channel] ?? null;
  }

  /** Key by which browsers subscribe; null: push is not configured. */
  pushKey(): string | null {
    return this.deps.settings.current().push?.publicKey ?? null;
  }

  /** How far addresses that people enter may lead. */
  reach(): Reach {
    return this.deps.settings.current().allowPrivateReceivers ? 'ANYWHERE' : 'PUBLIC';
  }

  private follow(): void {
    const settings = this.deps.settings.current();
    if (settings === this.madeFrom) return;
    const now = () => this.deps.realClock.now();
    const reach = this.reach();
    const { email, sms, wecom, wechat, push } = settings;
    this.persons = {
      ...(push ? { PUSH: new Push(push, 'PUBLIC') } : {}),
      ...(sms ? { SMS: this.smsSender(sms, now) } : {}),
      ...(wecom ? { WECOM: new Wecom(wecom, now) } : {}),
      ...(wechat ? { WECHAT: new Wechat(wechat, now) } : {}),
      ...(email
        ? {
            EMAIL:
              'sandbox' in email
                ? this.sandbox('EMAIL')
                : new Email(email, new URL(this.deps.publicUrl).hostname),
          }
        : {}),
    };
    const of = {
      DINGTALK: () => new Dingtalk(reach, now),
      FEISHU: () => new Feishu(reach, now),
      WEBHOOK: () => new Webhook(reach, now),
    };
    this.groups = Object.fromEntries(settings.groups.map((channel) => [channel, of[channel]()]));
    this.madeFrom = settings;
  }

  private smsSender(sms: NonNullable<NotificationSettings['sms']>, now: () => number): PersonSender {
    if ('sandbox' in sms) return this.sandbox('SMS');
    return sms.provider === 'aliyun' ? new AliyunSms(sms, now) : new TencentSms(sms, now);
  }

  private sandbox(channel: PersonChannel): Sandbox {
    return new Sandbox(this.deps.database, this.deps.clock, channel);
  }
}
