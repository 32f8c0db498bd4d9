import type { Database } from '../../db/client';
import { insertSandboxMessage } from '../../db/queries/sandboxMessages';
import type { NoticeChannel } from '../../domain/notices/noticeChannel';
import type { Clock } from '../../domain/time/clock';
import { type Message, type PersonSender, SENT, type SendOutcome } from './channel';

/** Takes messages into a list that administrators see, for demo and trials. Nothing leaves the house. */
export class Sandbox implements PersonSender {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly channel: NoticeChannel,
  ) {}

  async send(address: string, { id, title, text, link }: Message): Promise<SendOutcome> {
    await insertSandboxMessage(this.database.pool, {
      messageId: id,
      channel: this.channel,
      address,
      atMs: this.clock.now(),
      content: { title, text, link },
    });
    return SENT;
  }
}
