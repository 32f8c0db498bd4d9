import {
  type NoticeChannel,
  type NoticeLanguage,
  PERSON_CHANNELS,
  type PersonChannel,
} from '../../domain/notices/noticeChannel';
import type { Clock } from '../../domain/time/clock';
import type { EngineLog } from '../../engine/context';
import { RateLimit } from '../http/rateLimit';
import { retry, type SendOutcome } from './channel';
import { codeMessage } from './noticeText';
import { addressProblem } from './outbound';
import type { Senders } from './senders';

/** What request handlers may do with the channels. */
export interface NoticeDesk {
  /** Channels that are configured; no other is offered to anybody. */
  offered(): NoticeChannel[];
  /** Key by which browsers subscribe to push; null: not configured. */
  pushKey(): string | null;
  /** Why people may not enter this address of a receiver; null: they may. */
  addressProblem(url: string): string | null;
  /** Seconds until this person may ask for another code; 0: now, and one is counted. */
  codeWait(userId: number): number;
  /** Sends a code to a contact, at once and once: whoever waits for it asks again. */
  sendCode(
    channel: PersonChannel,
    address: string,
    code: { readonly messageId: string; readonly code: string; readonly language: NoticeLanguage },
  ): Promise<SendOutcome>;
}

/** Codes cost money and reach strangers' phones: so many at once, and one more in ten minutes. */
const CODES_BURST = 5;
const CODES_PER_S = 1 / 600;

/** The desk over the configured channels. */
export function createNoticeDesk(deps: {
  senders: Senders;
  clock: Clock;
  realClock: Clock;
  log: EngineLog;
}): NoticeDesk {
  const { senders, clock, log } = deps;
  const codes = new RateLimit(deps.realClock, CODES_BURST, CODES_PER_S);
  return {
    offered: () => senders.offered(),
    pushKey: () => senders.pushKey(),
    addressProblem(url) {
      if (senders.reach() === 'PUBLIC') return addressProblem(url);
      return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? null : 'ADDRESS_INVALID';
    },
    codeWait: (userId) => codes.take(String(userId)),
    async sendCode(channel, address, { messageId, code, language }) {
      const sender = PERSON_CHANNELS.includes(channel) ? senders.person(channel) : null;
      if (!sender) return retry('NOT_CONFIGURED');
      try {
        return await sender.send(address, codeMessage(messageId, code, language, clock.now()));
      } catch (error) {
        log.error({ err: error, channel }, 'code could not be sent');
        return retry('FAULT');
      }
    },
  };
}
