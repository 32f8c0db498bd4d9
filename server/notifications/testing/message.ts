import type { Message } from '../channel';

/** A message as the outbox makes one. */
export const testMessage = (over: Partial<Message> = {}): Message => ({
  id: 'delivery-7',
  language: 'en',
  title: 'P1 Gas leak: Kitchen',
  text: 'Incident 42, 12:00.',
  link: 'http://localhost:3000/alarms/42',
  urgent: true,
  facts: { kind: 'ALARM_RAISED', at: '2025-09-10T04:00:00.000Z', incident: 42, place: 'N', body: {} },
  ...over,
});
