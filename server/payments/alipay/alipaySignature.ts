import { createPublicKey, createSign, type KeyObject, verify } from 'node:crypto';
import { NotificationRefused } from '../provider';
import { signatureBytes } from '../signatureBytes';

/** One `k=v` of a form, decoded once, as bytes: the charset plays no part in what was signed. */
interface FormField {
  readonly name: Buffer;
  readonly value: Buffer;
}

/** A form as it came, decoded exactly once. Fields without `=` have an empty value. */
export function formFields(body: Buffer): FormField[] {
  const fields: FormField[] = [];
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf(0x26, at);
    const pair = body.subarray(at, end < 0 ? body.length : end);
    at = end < 0 ? body.length : end + 1;
    if (pair.length === 0) continue;
    const equals = pair.indexOf(0x3d);
    const name = equals < 0 ? pair : pair.subarray(0, equals);
    const value = equals < 0 ? Buffer.alloc(0) : pair.subarray(equals + 1);
    fields.push({ name: percentDecoded(name), value: percentDecoded(value) });
  }
  return fields;
}

function percentDecoded(bytes: Buffer): Buffer {
  const out = Buffer.alloc(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === 0x2b) out[length++] = 0x20;
    else if (byte === 0x25 && /^[0-9a-fA-F]{2}$/.test(bytes.toString('latin1', i + 1, i + 3))) {
      out[length++] = Number.parseInt(bytes.toString('latin1', i + 1, i + 3), 16);
      i += 2;
    } else out[length++] = byte;
  }
  return out.subarray(0, length);
}

const named = (fields: readonly FormField[], name: string): Buffer | null =>
  fields.find((field) => field.name.equals(Buffer.from(name)))?.value ?? null;

/** What is signed: fields in byte order of their names, `k=v` joined by `&`, empty values kept. */
function signedContent(fields: readonly FormField[], without: readonly string[]): Buffer {
  const kept = fields
    .filter(({ name }) => !without.includes(name.toString('latin1')))
    .sort((left, right) => Buffer.compare(left.name, right.name));
  const parts: Buffer[] = [];
  for (const { name, value } of kept) {
    if (parts.length > 0) parts.push(Buffer.from('&'));
    parts.push(name, Buffer.from('='), value);
  }
  return Buffer.concat(parts);
}

const keys = new Map<string, KeyObject>();

function keyOf(pem: string): KeyObject {
  let key = keys.get(pem);
  if (!key) {
    key = createPublicKey(pem);
    if (keys.size > 100) keys.clear();
    keys.set(pem, key);
  }
  return key;
}

/** SHA-256 with RSA under any of Alipay's public keys. */
export function isSignedByAlipay(content: Buffer, sign: string, publicKeys: readonly string[]): boolean {
  const signature = signatureBytes(sign);
  return signature !== null && publicKeys.some((pem) => verify('RSA-SHA256', content, keyOf(pem), signature));
}

/**
 * Checks a notification's form and gives its fields as text in the form's own charset. `sign` and `sign_type` are left out of
 * what is signed; some notifications sign with `sign_type` kept, so that is tried as well (domain.md 8).
 * @throws NotificationRefused MALFORMED, SIGNATURE
 */
export function verifiedForm(body: Buffer, publicKeys: readonly string[]): ReadonlyMap<string, string> {
  const fields = formFields(body);
  const names = fields.map(({ name }) => name.toString('latin1'));
  if (new Set(names).size !== names.length)
    throw new NotificationRefused('MALFORMED', 'a field stands twice');
  const sign = named(fields, 'sign')?.toString('latin1') ?? '';
  const type = named(fields, 'sign_type')?.toString('latin1');
  if (sign === '') throw new NotificationRefused('MALFORMED', 'it has no signature');
  if (type !== undefined && type !== 'RSA2')
    throw new NotificationRefused('MALFORMED', 'another kind of signature');
  const fits =
    isSignedByAlipay(signedContent(fields, ['sign', 'sign_type']), sign, publicKeys) ||
    isSignedByAlipay(signedContent(fields, ['sign']), sign, publicKeys);
  if (!fits) throw new NotificationRefused('SIGNATURE', 'the signature does not fit');
  const charset = named(fields, 'charset')?.toString('latin1') ?? 'utf-8';
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(charset);
  } catch {
    throw new NotificationRefused('MALFORMED', 'an unknown charset');
  }
  return new Map(fields.map(({ value }, i) => [names[i]!, decoder.decode(value)] as const));
}

/** The parameters of a request of ours with their signature: sorted, empty ones left out, `sign_type` included. */
export function signedParameters(
  parameters: Readonly<Record<string, string>>,
  privateKey: string,
): Record<string, string> {
  const content = Object.keys(parameters)
    .filter((name) => parameters[name] !== '')
    .sort()
    .map((name) => `${name}=${parameters[name]}`)
    .join('&');
  return { ...parameters, sign: createSign('RSA-SHA256').update(content, 'utf8').sign(privateKey, 'base64') };
}
