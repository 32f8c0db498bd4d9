import { describe, expect, test } from 'vitest';
import { contestedOwners, foreignBases, topicProblem } from './foreignTopics';

const codeOf = (options: Record<string, string | number | boolean>, code = 'P-1') =>
  topicProblem('tasmota', code, options)?.code ?? null;

describe('topics of another dialect', () => {
  test.each([
    ['our own topics', { fullTopic: 'em/v1/south/m/%prefix%/%topic%/' }, 'TOPIC_RESERVED'],
    [
      'our own topics by way of the topic',
      { topic: 'em/v1', fullTopic: '%topic%/%prefix%/' },
      'TOPIC_RESERVED',
    ],
    ['our own topics put together', { topic: 'm', fullTopic: 'e%topic%/%prefix%' }, 'TOPIC_RESERVED'],
    ['a wildcard', { fullTopic: '%prefix%/+/%topic%/' }, 'TOPIC_CHARACTER'],
    ['a wildcard in the topic', { topic: '#' }, 'TOPIC_CHARACTER'],
    ['a shared subscription', { fullTopic: '$share/g/%prefix%/%topic%/' }, 'TOPIC_CHARACTER'],
    ['a topic of the broker', { fullTopic: '$SYS/%prefix%/%topic%/' }, 'TOPIC_CHARACTER'],
    ['a line break', { fullTopic: '%prefix%/%topic%/\nuser bridge' }, 'TOPIC_CHARACTER'],
    ['half a surrogate pair', { topic: 'plug\ud800' }, 'TOPIC_CHARACTER'],
    ['a placeholder that we do not know', { fullTopic: '%prefix%/%topic%/%id%/' }, 'TOPIC_CHARACTER'],
    ['a placeholder in a placeholder', { fullTopic: '%top%prefix%ic%/%topic%/' }, 'TOPIC_CHARACTER'],
    ['no placeholder for the meter', { fullTopic: '%prefix%/all/' }, 'TOPIC_PLACEHOLDER'],
    ['no placeholder for the direction', { fullTopic: 'all/%topic%/' }, 'TOPIC_PLACEHOLDER'],
    ['an empty level', { fullTopic: '%prefix%//%topic%/' }, 'TOPIC_EMPTY_LEVEL'],
    ['an empty first level', { fullTopic: '/%prefix%/%topic%/' }, 'TOPIC_EMPTY_LEVEL'],
    ['an empty level in the topic', { topic: 'plug/' }, 'TOPIC_EMPTY_LEVEL'],
    ['more than fits', { topic: 'p'.repeat(101) }, 'TOPIC_TOO_LONG'],
    [
      'more than fits together',
      { topic: 'p'.repeat(100), fullTopic: '%prefix%/%topic%/%topic%' },
      'TOPIC_TOO_LONG',
    ],
    ['a number', { topic: 7 }, 'TOPIC_NOT_TEXT'],
  ])('%s is refused', (_, options, code) => {
    expect(codeOf(options)).toBe(code);
  });

  test('what the firmware ships with, and usual patterns, may stand', () => {
    const usual: Record<string, string>[] = [
      {},
      { topic: 'plug_1' },
      { topic: 'hall/plug_1' },
      { fullTopic: 'site/%topic%/%prefix%', topic: '插座1' },
      { fullTopic: 'empire/%prefix%/%topic%/' },
    ];
    for (const options of usual) expect(topicProblem('tasmota', 'P-1', options)).toBeNull();
    expect(topicProblem('native', 'P-1', { fullTopic: 'em/#' })).toBeNull();
  });

  test('a meter without a topic is called by its code, which is no way around the rule', () => {
    expect(codeOf({ fullTopic: '%topic%/%prefix%/' }, 'em')).toBe('TOPIC_RESERVED');
  });

  test('equal topics and topics inside one another collide, in either order; others do not', () => {
    const claim = (owner: string, options: Record<string, string>) => ({
      owner,
      bases: foreignBases('tasmota', owner, options),
    });
    const claims = [
      claim('A', { topic: 'a' }),
      claim('B', { fullTopic: 'tele/a/%prefix%/%topic%/' }),
      claim('C', { topic: 'c' }),
      claim('D', { topic: 'c' }),
      claim('E', { topic: 'ab' }),
    ];
    for (const order of [claims, [...claims].reverse()])
      expect([...contestedOwners(order).keys()].sort()).toEqual(['A', 'B', 'C', 'D']);
  });
});
