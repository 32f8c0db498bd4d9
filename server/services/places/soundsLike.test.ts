import { expect, it } from 'vitest';
import { soundsLike } from './soundsLike';

const finds = (typed: string, name: string, code = '') => soundsLike(typed, { name, code });

it.each(['tushuguan', 'TuShuGuan', 'tu shu guan', "tu'shu'guan", 'tushug', 'tsg', 'shuguan', 'sg'])(
  'a name is found by its pinyin, whole, begun or in initials: %s',
  (typed) => expect(finds(typed, '图书馆')).toBe(true),
);

it.each(['sushe7', '7sushe', 'ss7', 'SS 7'])(
  'a number stands before or after, in name or code: %s',
  (typed) => {
    expect(finds(typed, '7号宿舍楼')).toBe(true);
    expect(finds(typed, '宿舍7号楼')).toBe(true);
    expect(finds(typed, '七号宿舍楼', '7')).toBe(true);
    expect(finds(typed, '八号宿舍楼', '8')).toBe(false);
  },
);

it.each(['7haolou', 'haolou7', 'hl7', '7 hao lou'])(
  'a building that is a number by its pinyin: %s',
  (typed) => {
    expect(finds(typed, '7 号楼', 'D7')).toBe(true);
    expect(finds(typed, '8 号楼', 'D8')).toBe(false);
  },
);

it('a character of two readings is found by either', () => {
  expect(finds('chongqing', '重庆路')).toBe(true);
  expect(finds('zhongqing', '重庆路')).toBe(true);
});

it.each(['bl', 'tg', 'tushuguanlou', 't', '7', '图书', '7-412', '%%', ''])(
  'what is another name, or no pinyin at all, finds nothing: "%s"',
  (typed) => expect(finds(typed, '图书馆', '7-412')).toBe(false),
);
