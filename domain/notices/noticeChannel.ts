/** Ways to a person, in the order in which they are added where more than one is needed. */
export const PERSON_CHANNELS = ['PUSH', 'SMS', 'WECOM', 'WECHAT', 'EMAIL'] as const;
export type PersonChannel = (typeof PERSON_CHANNELS)[number];

/** Ways to a group or a program, which the campus subscribes and nobody owns. */
export const GROUP_CHANNELS = ['DINGTALK', 'FEISHU', 'WEBHOOK'] as const;
export type GroupChannel = (typeof GROUP_CHANNELS)[number];

export type NoticeChannel = PersonChannel | GroupChannel;

/** Languages in which a message is written. */
export const NOTICE_LANGUAGES = ['zh-CN', 'en'] as const;
export type NoticeLanguage = (typeof NOTICE_LANGUAGES)[number];
