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
  alarm: null,
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

  describe('of an alarm', () => {
    const alarmKinds = ['ALARM_RAISED', 'ALARM_ESCALATED', 'ALARM_ASSIGNED', 'ALARM_RETURNED'];
    const atFeeder = (over: Partial<NoticeFacts>): NoticeFacts =>
      facts({
        kind: 'ALARM_RAISED',
        body: { alarm: 42, rule: 'FEEDER_OVERLOAD', priority: 1 },
        place: { code: 'D7', name: '7 号楼', nameEn: 'Dorm 7' },
        alarm: { raisedMs: Date.UTC(2025, 8, 10, 4, 15), feeder: 'D7-2', powerW: 42_100, limitW: 40_000 },
        ...over,
      });

    it('that waits or is handed on tells when it was raised, not when the step was taken', () => {
      for (const kind of ['ALARM_ESCALATED', 'ALARM_ASSIGNED'])
        for (const language of NOTICE_LANGUAGES) {
          const { text } = noticeMessage(atFeeder({ kind, language }), PUBLIC_URL);
          expect(text, kind).toContain('12:15');
          expect(text, kind).not.toContain('12:30');
        }
      expect(noticeMessage(atFeeder({ kind: 'ALARM_RETURNED' }), PUBLIC_URL).text).toContain('12:30');
    });

    it('at a feeder names the feeder, and its load with the rating', () => {
      const zh = noticeMessage(atFeeder({ language: 'zh-CN' }), PUBLIC_URL);
      expect(zh.title).toBe('P1 馈线过载：7 号楼 馈线 D7-2');
      expect(zh.text).toContain('42.1 kW，额定 40.0 kW。');
      const en = noticeMessage(atFeeder({}), PUBLIC_URL);
      expect(en.title).toBe('P1 Feeder overload: Dorm 7, feeder D7-2');
      expect(en.text).toContain(' 42.1 kW of 40.0 kW rating. ');
    });

    it('that warns of 80 % tells the rating itself, and one without figures or of another rule none', () => {
      const body = { alarm: 42, rule: 'FEEDER_80', priority: 3 };
      const alarm = { ...atFeeder({}).alarm!, powerW: 12_345_000, limitW: 9_600_000 };
      expect(noticeMessage(atFeeder({ body, alarm }), PUBLIC_URL).text).toContain(
        '12.3 MW of 12.0 MW rating.',
      );
      const without = { ...alarm, powerW: null, limitW: null };
      expect(noticeMessage(atFeeder({ alarm: without }), PUBLIC_URL).text).not.toMatch(/W of /);
      const other = { ...body, rule: 'CUT_NOT_PROVEN' };
      expect(noticeMessage(atFeeder({ body: other }), PUBLIC_URL).text).not.toMatch(/W of /);
    });

    it('tells whoever lives there neither feeder nor figure', () => {
      for (const kind of ['ALARM_RAISED', 'ALARM_RETURNED'])
        for (const language of NOTICE_LANGUAGES) {
          const {
            title,
            text,
            facts: told,
          } = noticeMessage(atFeeder({ kind, language, toResident: true }), PUBLIC_URL);
          expect(`${title} ${text} ${JSON.stringify(told)}`).not.toMatch(/D7-2|kW/);
        }
    });

    it('at a feeder keeps its title within what a template of an SMS takes', () => {
      for (const rule of ['FEEDER_OVERLOAD', 'FEEDER_OUTAGE', 'OVER_TEMPERATURE', 'CUT_NOT_PROVEN'])
        for (const kind of alarmKinds)
          for (const language of NOTICE_LANGUAGES) {
            const body = { alarm: 42, rule, priority: 2 };
            const { title } = noticeMessage(atFeeder({ kind, language, body }), PUBLIC_URL);
            expect([...title].length, title).toBeLessThanOrEqual(60);
            expect(title).toContain('D7-2');
          }
    });
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
