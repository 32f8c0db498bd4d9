import { expect, it } from 'vitest';
import { createLogger } from './logger';

it('a log line names the process and hides what identifies a person or opens a door', () => {
  const lines: string[] = [];
  const log = createLogger('server', 'info', { write: (line) => void lines.push(line) });
  log.info(
    {
      accountCode: 'A-301',
      person: { name: 'Li Wei', phone: '13800000000' },
      headers: { cookie: 'session=1' },
    },
    'hello',
  );
  const line = JSON.parse(lines[0]!);
  expect(line).toMatchObject({ process: 'server', level: 'info', msg: 'hello', accountCode: 'A-301' });
  expect(lines[0]).not.toMatch(/Li Wei|138000|session=1/);
});

it('an Error keeps its own name and message', () => {
  const lines: string[] = [];
  const log = createLogger('bridge', 'info', { write: (line) => void lines.push(line) });
  log.error({ err: new TypeError('boom') }, 'failed');
  expect(JSON.parse(lines[0]!).err).toMatchObject({ type: 'TypeError', message: 'boom' });
});

it('an error of the database says what broke and not for whom', () => {
  const lines: string[] = [];
  const log = createLogger('server', 'info', { write: (line) => void lines.push(line) });
  const cause = Object.assign(new Error('duplicate key: (name)=(Li Wei)'), {
    code: '23505',
    constraint: 'person_code',
    detail: 'Key (name)=(Li Wei) already exists.',
  });
  const error = new Error('Failed query: insert into person\nparams: Li Wei,13800000000', { cause });
  error.name = 'DrizzleQueryError';
  log.error({ err: error }, 'failed');
  expect(lines[0]).not.toMatch(/Li Wei|138000/);
  expect(JSON.parse(lines[0]!).err).toMatchObject({ code: '23505', constraint: 'person_code' });
  expect(JSON.parse(lines[0]!).err.stack).toContain('logger.test');
});
