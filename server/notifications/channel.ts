import type { NoticeLanguage } from '../../domain/notices/noticeChannel';

/** A message in the receiver's language. `id` stays the same however often it is sent, so a receiver can tell repeats. */
export interface Message {
  readonly id: string;
  readonly language: NoticeLanguage;
  /** One line of at most some 40 characters. */
  readonly title: string;
  /** Whole sentences, without the title. */
  readonly text: string;
  /** Page that it is about; null: none. */
  readonly link: string | null;
  /** Past quiet hours; sounds where a channel knows such a thing. */
  readonly urgent: boolean;
  /** For programs: the same without words. */
  readonly facts: MessageFacts;
}

export interface MessageFacts {
  readonly kind: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Number of the alarm; the same for everybody who is told of it. */
  readonly incident: number | null;
  readonly place: string | null;
  readonly body: Readonly<Record<string, string | number | boolean>>;
}

/** What became of one attempt. Reasons are codes that may stand on screens and in logs: never an address, never a receiver's words. */
export type SendOutcome =
  | { readonly kind: 'SENT' }
  /** For now: `askedMs` is the wait that the receiver asked for. */
  | { readonly kind: 'RETRY'; readonly reason: string; readonly askedMs?: number }
  /** For good; `gone`: the address itself is no more. */
  | { readonly kind: 'REFUSED'; readonly reason: string; readonly gone?: boolean };

export const SENT: SendOutcome = { kind: 'SENT' };
export const retry = (reason: string, askedMs?: number): SendOutcome => ({
  kind: 'RETRY',
  reason,
  ...(askedMs === undefined ? {} : { askedMs }),
});
export const refused = (reason: string, gone = false): SendOutcome => ({ kind: 'REFUSED', reason, gone });

/** A way to persons. Sends once and says what became of it; throws only for faults of the program. */
export interface PersonSender {
  send(address: string, message: Message): Promise<SendOutcome>;
}

/** Where a group or program listens, and what it is signed with. */
export interface GroupAddress {
  readonly url: string;
  readonly secret: string;
  /** Signs beside the new one while receivers change over. */
  readonly previousSecret: string | null;
}

/** A way to groups and programs. */
export interface GroupSender {
  send(address: GroupAddress, message: Message): Promise<SendOutcome>;
}

/** Title, text and link in one, for channels that know nothing else. */
export function wholeText({ title, text, link }: Message): string {
  return [title, text, link].filter(Boolean).join('\n');
}
