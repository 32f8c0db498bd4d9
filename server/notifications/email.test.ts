import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Email } from './email';
import { testMessage } from './testing/message';

/** A real SMTP server on this machine that takes mail for everybody but `nobody@`, and keeps it. */
let server: SMTPServer;
let got: { from: string; to: string; mail: string }[];
let trouble: Error | null;

beforeEach(async () => {
  got = [];
  trouble = null;
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) =>
      username === 'wattkeep' && password === 'right'
        ? done(null, { user: username })
        : done(new Error('no')),
    onRcptTo: ({ address }, _session, done) =>
      address.startsWith('nobody@')
        ? done(Object.assign(new Error('no such user'), { responseCode: 550 }))
        : done(),
    onData: (stream, { envelope }, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        if (trouble) return done(trouble);
        got.push({
          from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          to: envelope.rcptTo.map(({ address }) => address).join(),
          mail: Buffer.concat(parts).toString('utf8'),
        });
        done();
      });
    },
    // A signed-in connection without TLS is for this test alone.
    allowInsecureAuth: true,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

const email = (over: { password?: string; port?: number } = {}) =>
  new Email(
    {
      host: '127.0.0.1',
      port: over.port ?? (server.server.address() as AddressInfo).port,
      secure: false,
      requireTls: false,
      user: 'wattkeep',
      password: over.password ?? 'right',
      from: 'Energy <energy@example.edu>',
    },
    'energy.example.edu',
  );
const message = testMessage({ title: '燃气泄漏：厨房', language: 'zh-CN' });

it('a mail arrives with its words, and under the same Message-ID however often it is sent', async () => {
  const sender = email();
  expect(await sender.send('li@example.edu', message)).toEqual({ kind: 'SENT' });
  expect(await sender.send('li@example.edu', message)).toEqual({ kind: 'SENT' });
  expect(got.map(({ from, to }) => [from, to])).toEqual([
    ['energy@example.edu', 'li@example.edu'],
    ['energy@example.edu', 'li@example.edu'],
  ]);
  for (const { mail } of got) {
    expect(mail).toContain('Message-ID: <delivery-7@energy.example.edu>');
    expect(mail).toContain('Importance: high');
    expect(mail).toContain('Incident 42');
    expect(mail).toContain(message.link);
    // Chinese in a header is encoded; none of it stands there raw.
    expect(mail).toMatch(/Subject: =\?UTF-8\?/);
  }
});

it('a text that names files or lines of a header is text', async () => {
  await email().send('li@example.edu', {
    ...message,
    title: 'a\r\nBcc: x@evil.example',
    text: '{{/etc/passwd}}',
  });
  expect(got).toHaveLength(1);
  expect(got[0]!.to).toBe('li@example.edu');
  expect(got[0]!.mail).not.toMatch(/^Bcc:/m);
});

it('an address that the receiver refuses is given up; what passes is tried again', async () => {
  expect(await email().send('nobody@example.edu', message)).toMatchObject({
    kind: 'REFUSED',
    reason: 'SMTP_550',
  });
  trouble = Object.assign(new Error('later'), { responseCode: 451 });
  expect(await email().send('li@example.edu', message)).toMatchObject({ kind: 'RETRY', reason: 'SMTP_451' });
  expect(await email({ password: 'wrong' }).send('li@example.edu', message)).toEqual({
    kind: 'RETRY',
    reason: 'SMTP_AUTH',
  });
});

it('a server that is away is tried again', async () => {
  expect(await email({ port: 9 }).send('li@example.edu', message)).toMatchObject({ kind: 'RETRY' });
});

it('without TLS nothing is sent unless the settings say so', async () => {
  const sender = new Email(
    {
      host: '127.0.0.1',
      port: (server.server.address() as AddressInfo).port,
      secure: false,
      requireTls: true,
      from: 'energy@example.edu',
    },
    'energy.example.edu',
  );
  expect(await sender.send('li@example.edu', message)).toMatchObject({ kind: 'RETRY' });
  expect(got).toEqual([]);
});
