import { describe, expect, it } from 'vitest';
import { parseSettings, SettingsError } from './env';

const production = {
  DATABASE_URL: 'postgres://wattkeep:secret@db:5432/wattkeep',
  MQTT_URL: 'mqtts://bridge:secret@broker:8883',
  AUTH_SECRET: 'x'.repeat(32),
  PUBLIC_URL: 'https://energy.example.edu',
};

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message;
  }
  throw new Error('expected a refusal');
}

describe('settings', () => {
  it('start the server with everything that production needs', () => {
    expect(parseSettings('server', production)).toMatchObject({ port: 3000, demo: false, databasePool: 10 });
  });

  it.each(['DATABASE_URL', 'MQTT_URL', 'AUTH_SECRET', 'PUBLIC_URL'])('refuse a server without %s', (name) => {
    const message = messageOf(() => parseSettings('server', { ...production, [name]: undefined }));
    expect(message).toBe(`wattkeep server: ${name} is missing`);
  });

  it('treat an empty variable as a missing one', () => {
    expect(messageOf(() => parseSettings('server', { ...production, PUBLIC_URL: '' }))).toContain(
      'PUBLIC_URL is missing',
    );
  });

  it('name every malformed setting in one line and print none of their values', () => {
    const message = messageOf(() =>
      parseSettings('server', {
        ...production,
        DATABASE_URL: 'mysql://root:hunter2@db',
        PORT: '99999',
        AUTH_SECRET: 'short',
      }),
    );
    expect(message.split('\n')).toHaveLength(1);
    expect(message).toMatch(/DATABASE_URL .*; .*/);
    expect(message).toContain('PORT must be a port number');
    expect(message).toContain('AUTH_SECRET must have at least 32 characters');
    expect(message).not.toMatch(/hunter2|short;|99999/);
  });

  it('let only demo and tests embed the broker', () => {
    expect(messageOf(() => parseSettings('bridge', { DATABASE_URL: production.DATABASE_URL }))).toBe(
      'wattkeep bridge: MQTT_URL is missing',
    );
    const embedded = parseSettings('bridge', { DATABASE_URL: production.DATABASE_URL, MQTT_EMBEDDED: '1' });
    expect(embedded.broker).toEqual({ kind: 'EMBEDDED', host: '127.0.0.1', port: 1883 });
  });

  it('let the demo start from an empty environment', () => {
    expect(parseSettings('demo', {})).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      dataDir: '.data',
      mqttPort: 1883,
    });
  });
});
