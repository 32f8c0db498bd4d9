import { createTransport, type Transporter } from 'nodemailer';
import { type Message, type PersonSender, refused, retry, SENT, type SendOutcome } from './channel';
import type { SmtpSettings } from './settings';

/** For the connection, the greeting and each answer. */
const STEP_WITHIN_MS = 6_000;

/** What nodemailer says of a failed attempt. */
interface MailError {
  readonly code?: string;
  readonly responseCode?: number;
}

/** E-mail by SMTP. The message id is the Message-ID, so mail programs show a repeat once. */
export class Email implements PersonSender {
  private readonly transport: Transporter;

  constructor(
    private readonly settings: SmtpSettings,
    /** Right-hand side of Message-IDs. */
    private readonly domain: string,
  ) {
    const { host, port, secure, requireTls, user, password } = settings;
    this.transport = createTransport({
      host,
      port,
      secure,
      requireTLS: requireTls && !secure,
      ignoreTLS: !requireTls && !secure,
      ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
      connectionTimeout: STEP_WITHIN_MS,
      greetingTimeout: STEP_WITHIN_MS,
      socketTimeout: STEP_WITHIN_MS,
    });
  }

  async send(address: string, message: Message): Promise<SendOutcome> {
    try {
      await this.transport.sendMail({
        messageId: `<${message.id}@${this.domain}>`,
        from: this.settings.from,
        to: address,
        subject: message.title,
        text: [message.text, message.link].filter(Boolean).join('\n\n'),
        headers: {
          'Content-Language': message.language,
          'Auto-Submitted': 'auto-generated',
          ...(message.urgent ? { Importance: 'high' } : {}),
        },
        // An address is one address: nothing in it may name a file or a page to attach.
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      return SENT;
    } catch (error) {
      return outcomeOf(error as MailError);
    }
  }
}

/** Steps that judge this mail, and not our connection to the server. */
const OF_THE_MAIL: ReadonlySet<string | undefined> = new Set(['EENVELOPE', 'EMESSAGE']);

/** RFC 5321: 4xx for now, 5xx of the mail for good. What is wrong with connection or sign-in is ours to mend, so it stays worth trying. */
function outcomeOf({ code, responseCode }: MailError): SendOutcome {
  if (code === 'EAUTH') return retry('SMTP_AUTH');
  if (code === 'ETLS') return retry('TLS');
  if (responseCode !== undefined)
    return responseCode >= 500 && OF_THE_MAIL.has(code)
      ? refused(`SMTP_${responseCode}`)
      : retry(`SMTP_${responseCode}`);
  return retry(code === 'ETIMEDOUT' ? 'TIMEOUT' : 'CONNECTION_REFUSED');
}
