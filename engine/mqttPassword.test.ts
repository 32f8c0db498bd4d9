import { expect, it } from 'vitest';
import { checkMqttPassword, hashMqttPassword, makeMqttPassword } from './mqttPassword';

it('a password opens with its own hash only', async () => {
  const password = makeMqttPassword();
  const stored = await hashMqttPassword(password);
  expect(await checkMqttPassword(password, stored)).toBe(true);
  expect(await checkMqttPassword(`${password}x`, stored)).toBe(false);
  expect(await checkMqttPassword('', stored)).toBe(false);
});

it('equal passwords have different hashes', async () => {
  expect(await hashMqttPassword('same')).not.toBe(await hashMqttPassword('same'));
});

it.each(['', 'plain', '$7$101$AAAA', '$6$101$AAAA$BBBB', '$7$101$AAAA$'])(
  'a malformed hash %j opens nothing',
  async (stored) => {
    expect(await checkMqttPassword('plain', stored)).toBe(false);
    expect(await checkMqttPassword('', stored)).toBe(false);
  },
);
