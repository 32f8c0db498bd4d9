import { describe, expect, it } from 'vitest';
import { ALARM_RULE_CODES } from '../../domain/alarms/alarmCatalogue';
import { NOTICE_LANGUAGES } from '../../domain/notices/noticeChannel';
import { noticeAudience, SENT_KINDS } from '../../domain/notices/noticeTopic';
import { type NoticeFacts, noticeMessage } from './noticeText';

const PUBLIC_URL = 'https://energy.example.edu';
const facts = (over: Partial<NoticeFacts>): NoticeFacts => ({
  id: 'delivery-1',
  kind: 'LOW_BALANCE',
  body: {
    account: 'A-101',
    level: 'MONEY_5',
    available: '4.999999',
    point: 'P-101',
    fund: 'F',
    amount: '20',
    before: '12.3',
    after: '-0.005',
    budget: '100',
    spent: '99.999',
    ticket: 'T1',
    by: 'Li',
    reason: 'why',
    department: 'PHYS',
    utility: 'ELECTRICITY',
    month: '2025-09',
    used: '9',
    limit: '10',
    percent: 90,
    expected: '11',
    rule: 'GAS_LEAK',
    priority: 1,
    building: 'N',
    outcome: 'UPHELD',
    right: 14,
    counted: 30,
    cutAt: Date.UTC(2025, 8, 11, 0, 5),
    valve: false,
  },
  atMs: Date.UTC(2025, 8, 10, 4, 30),
  alarmId: 42,
  place: { code: 'N-101', name: '北楼 101', nameEn: 'North 101' },
  toResident: false,
  toGroup: false,
  urgent: false,
  language: 'en',
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
  ...over,
});

describe('the text of a notice', () => {
  const alarmKinds = ['ALARM_RAISED', 'ALARM_ESCALATED', 'ALARM_ASSIGNED', 'ALARM_RETURNED'];
  for (const language of NOTICE_LANGUAGES) {
    it(`is whole for every kind that is sent, ${language}`, () => {
      for (const kind of [...SENT_KINDS, ...alarmKinds]) {
        const toResident = noticeAudience(kind, null)?.residents ?? false;
        const { title, text } = noticeMessage(facts({ kind, language, toResident }), PUBLIC_URL);
        expect(title, kind).toMatch(/\S/);
        expect(`${title} ${text}`, kind).not.toMatch(/[{}]|undefined|messages\./);
        expect([...title].length, `${kind}: ${title}`).toBeLessThanOrEqual(60);
      }
    });

    it(`says of every alarm what it is and what to do, ${language}`, () => {
      for (const rule of ALARM_RULE_CODES) {
        const { title, text } = noticeMessage(
          facts({ kind: 'ALARM_RAISED', language, body: { rule, priority: 2 } }),
          PUBLIC_URL,
        );
        expect(`${title} ${text}`, rule).not.toMatch(/rules\.|[{}]/);
      }
    });
  }

  it('tells a group neither who nor how much, nor why somebody asks', () => {
    for (const language of NOTICE_LANGUAGES)
      for (const kind of SENT_KINDS.filter((sent) => noticeAudience(sent, 'ENERGY_MANAGER')?.groups)) {
        const body = {
          ...facts({}).body,
          by: 'Li Wei',
          reason: 'exam tomorrow',
          account: 'A-101',
          amount: '20',
        };
        const {
          title,
          text,
          facts: told,
        } = noticeMessage(facts({ kind, language, toGroup: true, body }), PUBLIC_URL);
        const said = `${title} ${text} ${kind.startsWith('QUOTA') || kind.startsWith('FUND') ? '' : JSON.stringify(told.body)}`;
        expect(said, kind).not.toMatch(/Li Wei|exam|A-101|20\.00|"20"|[{]\w+[}]|undefined/);
      }
  });

  it('names the same incident to whoever lives there and to staff, and leads each to their own page', () => {
    const staff = noticeMessage(facts({ kind: 'ALARM_RAISED' }), PUBLIC_URL);
    const resident = noticeMessage(facts({ kind: 'ALARM_RAISED', toResident: true }), PUBLIC_URL);
    expect(staff.text).toContain('Incident 42');
    expect(resident.text).toContain('Incident 42');
    expect([staff.facts.incident, resident.facts.incident]).toEqual([42, 42]);
    expect(staff.link).toBe(`${PUBLIC_URL}/alarms/42`);
    expect(resident.link).toBe(`${PUBLIC_URL}/me`);
  });

  it('of a cut by staff names the incident with what was measured, and of one without an alarm neither', () => {
    const body = { account: 'A-101', point: 'P-101', valve: false };
    const over = { ...body, rule: 'OVERLOAD', power: 1_730, limit: 800 };
    const cut = noticeMessage(facts({ kind: 'SUPPLY_CUT', toResident: true, body: over }), PUBLIC_URL);
    expect(cut.title).toBe('Staff cut the power of your room');
    expect(cut.text).toContain('Incident 42. Over limit: 1,730 W, limit 800 W.');
    const own = noticeMessage(
      facts({ kind: 'SUPPLY_CUT', toResident: true, alarmId: null, body }),
      PUBLIC_URL,
    );
    expect(own.text).not.toMatch(/Incident|W/);
  });

  it('rounds money down, leads to the top-up and tells the time by the campus wall', () => {
    const low = noticeMessage(facts({ toResident: true }), PUBLIC_URL);
    expect(low.title).toBe('Credit under ¥5.00: ¥4.99');
    expect(low.link).toBe(`${PUBLIC_URL}/me/topup`);
    const units = { account: 'A-101', level: 'UNITS_5', available: '4.5', unit: 'KWH' };
    expect(noticeMessage(facts({ body: units, toResident: true }), PUBLIC_URL).title).toBe(
      'Credit under 5 kWh: 4.50 kWh',
    );
    const quota = {
      ...{ department: 'PHYS', utility: 'ELECTRICITY', month: '2025-09', percent: 84 },
      ...{ used: '76266.622549', limit: '90000.000000' },
    };
    expect(noticeMessage(facts({ kind: 'QUOTA', body: quota }), PUBLIC_URL).text).toBe(
      '76,267 of 90,000 kWh are used in 2025-09.',
    );
    expect(noticeMessage(facts({ kind: 'FINAL_NOTICE', toResident: true }), PUBLIC_URL).title).toContain(
      '08:05',
    );
    expect(noticeMessage(facts({ kind: 'ALARM_RAISED', language: 'zh-CN' }), PUBLIC_URL).text).toContain(
      '12:30',
    );
  });
});
