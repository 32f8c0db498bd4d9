import { mix, pick } from '../random';

const SURNAMES = [
  ...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文',
];
const GIVEN = [
  ...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰飞浩然宇轩梓涵欣怡子墨雨桐思远佳琪俊熙雅婷博文嘉宁晨曦若楠一鸣可心诗涵家豪志远晓东海燕春梅建国立新',
];

/** A plausible Chinese name; the same key always has the same one. */
export function residentName(key: number): string {
  const first = pick(GIVEN, key, 2);
  const second = mix(key, 3) % 4 === 0 ? '' : pick(GIVEN, key, 4);
  return pick(SURNAMES, key, 1) + first + (second === first ? '' : second);
}
