import { z } from 'zod';
import { invalid } from '../../../domain/errors';
import type { PersonChannel } from '../../../domain/notices/noticeChannel';

/** Channels whose address a person types; a browser's subscription comes by itself. */
export type TypedChannel = Exclude<PersonChannel, 'PUSH'>;

const FORMS: Readonly<Record<TypedChannel, z.ZodType<string>>> = {
  EMAIL: z.email().max(254),
  /** E.164; a number without a country is a mainland one. */
  SMS: z
    .string()
    .transform((text) => text.replace(/[\s-]/g, ''))
    .transform((text) => (/^1\d{10}$/.test(text) ? `+86${text}` : text))
    .refine((text) => /^\+[1-9]\d{6,14}$/.test(text)),
  /** Begins with a letter or a digit: `@all` is everybody, and a bar or comma would name several. */
  WECOM: z.string().regex(/^[A-Za-z0-9][\w.@-]{0,63}$/),
  WECHAT: z.string().regex(/^[\w-]{20,64}$/),
};

/** An address in the form in which its channel takes it. @throws DomainError `invalid` `ADDRESS_INVALID` at /address */
export function contactAddress(channel: TypedChannel, text: string): string {
  const parsed = FORMS[channel].safeParse(text.trim());
  if (!parsed.success) throw invalid('/address', 'ADDRESS_INVALID', 'That is no address of this channel.');
  return parsed.data;
}

/** As much of an address as tells its owner which one it is. */
export function shownAddress(channel: PersonChannel, address: string): string {
  if (channel === 'PUSH') return '';
  if (channel === 'EMAIL') {
    const [name = '', domain = ''] = address.split('@');
    return `${name.slice(0, 2)}…@${domain}`;
  }
  return `${address.slice(0, channel === 'SMS' ? 6 : 2)}…${address.slice(-2)}`;
}
