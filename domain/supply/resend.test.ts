import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  type CommandBody,
  commandSigningText,
  type HmacSha256Hex,
  isCommandSignature,
  signCommand,
} from './commandSignature';
import { nextSendStep, type SentCommand } from './resend';

const cut: SentCommand = {
  state: 'SENT',
  op: 'disconnect',
  origin: 'OPERATOR',
  firstSentAt: 0,
  sends: 1,
  expiresAt: 120_000,
  meterChecksExpiry: true,
};

it('a cut goes out again at 10 s and 30 s, then waits for its expiry', () => {
  expect(nextSendStep(cut, 9_999)).toEqual({ step: 'WAIT', until: 10_000 });
  expect(nextSendStep(cut, 10_000)).toEqual({ step: 'RESEND' });
  expect(nextSendStep({ ...cut, sends: 2 }, 10_001)).toEqual({ step: 'WAIT', until: 30_000 });
  expect(nextSendStep({ ...cut, sends: 2 }, 30_000)).toEqual({ step: 'RESEND' });
  expect(nextSendStep({ ...cut, sends: 3 }, 31_000)).toEqual({ step: 'WAIT', until: 120_000 });
  expect(nextSendStep({ ...cut, sends: 3 }, 120_000)).toEqual({ step: 'TIMEOUT' });
});

it('an automatic restore is resent, an operator’s or resident’s never', () => {
  const restore = { ...cut, op: 'connect' };
  expect(nextSendStep({ ...restore, origin: 'AUTOMATIC' }, 10_000).step).toBe('RESEND');
  expect(nextSendStep({ ...restore, origin: 'OPERATOR' }, 60_000)).toEqual({ step: 'WAIT', until: 120_000 });
  expect(nextSendStep({ ...restore, origin: 'RESIDENT' }, 60_000).step).toBe('WAIT');
});

it('a meter that knows no expiry is never sent a command twice', () => {
  expect(nextSendStep({ ...cut, meterChecksExpiry: false }, 50_000).step).toBe('WAIT');
});

it('nothing is sent again after the expiry, or once the meter has done it', () => {
  expect(nextSendStep({ ...cut, expiresAt: 5_000 }, 20_000)).toEqual({ step: 'TIMEOUT' });
  expect(nextSendStep({ ...cut, state: 'EXECUTED' }, 20_000)).toEqual({ step: 'NONE' });
  expect(nextSendStep({ ...cut, state: 'QUEUED', firstSentAt: null }, 20_000)).toEqual({ step: 'NONE' });
});

const hmac: HmacSha256Hex = (key, text) => createHmac('sha256', key).update(text).digest('hex');
const body: CommandBody = {
  v: 1,
  cmd: '01J7ZK3V8N4QK6T2M9R5W1X0YB',
  id: 'E0301',
  op: 'disconnect',
  args: {},
  iat: 1757462400000,
  exp: 1757462520000,
  why: 'arrears',
};

it('reproduces the published signature of a command', () => {
  expect(commandSigningText(body)).toBe(
    '{"args":{},"cmd":"01J7ZK3V8N4QK6T2M9R5W1X0YB","exp":1757462520000,"iat":1757462400000,"id":"E0301","op":"disconnect","v":1,"why":"arrears"}',
  );
  const signed = signCommand(body, 'gw-secret-01', hmac);
  expect(signed.sig).toBe('292af522c60bbd8397ce223ce2d7f9ecbd2c8b99efce8f4d4681ad72283fd617');
  expect(isCommandSignature(signed, signed.sig, 'gw-secret-01', hmac)).toBe(true);
});

it('a changed body, key or signature is refused', () => {
  const { sig } = signCommand(body, 'gw-secret-01', hmac);
  expect(isCommandSignature({ ...body, op: 'connect' }, sig, 'gw-secret-01', hmac)).toBe(false);
  expect(isCommandSignature({ ...body, exp: body.exp + 1 }, sig, 'gw-secret-01', hmac)).toBe(false);
  expect(isCommandSignature(body, sig, 'gw-secret-02', hmac)).toBe(false);
  expect(isCommandSignature(body, `0${sig.slice(1)}`, 'gw-secret-01', hmac)).toBe(false);
});
