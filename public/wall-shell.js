/** What a wall shows while its server can't be reached: how old the last data is, and when it tries again. */
const RETRY_MIN_MS = 2000;
const RETRY_MAX_MS = 15000;

const TEXTS = {
  'zh-CN': {
    age: (age) => `数据已过 ${age}`,
    never: '尚无数据',
    reason: '连不上服务器。恢复后本页自动回到实时画面，无需操作。',
    load: (value) => `校园负荷 ${value}`,
    asOf: (time) => `截至 ${time}，不是现在的数值`,
    next: (seconds) => `${seconds} 秒后重试`,
    seconds: (n) => `${n} 秒`,
    minutes: (n) => `${n} 分钟`,
    hours: (n) => `${n} 小时`,
  },
  en: {
    age: (age) => `DATA ${age} OLD`,
    never: 'NO DATA YET',
    reason: 'The server can’t be reached. This screen goes live again by itself.',
    load: (value) => `Campus load ${value}`,
    asOf: (time) => `as of ${time}, not now`,
    next: (seconds) => `next try in ${seconds} s`,
    seconds: (n) => `${n} s`,
    minutes: (n) => `${n} min`,
    hours: (n) => `${n} h`,
  },
};

function remembered() {
  try {
    return JSON.parse(localStorage.getItem('wall') ?? '{}');
  } catch {
    return {};
  }
}

const wall = remembered();
const languages = wall.lang === 'en' ? ['en', 'zh-CN'] : ['zh-CN', 'en'];
const put = (id, text) => {
  document.getElementById(id).textContent = text;
};
const both = (words) => languages.map((lang) => words(TEXTS[lang])).join('　');

function ageWords(text, ms) {
  if (ms < 60000) return text.seconds(Math.floor(ms / 1000));
  if (ms < 3600000) return text.minutes(Math.floor(ms / 60000));
  return text.hours(Math.floor(ms / 3600000));
}

let tryAt = Date.now() + RETRY_MIN_MS;
let wait = RETRY_MIN_MS;
let asking = false;

function show() {
  const now = Date.now() + (wall.offsetMs ?? 0);
  const age = document.getElementById('age');
  if (typeof wall.asOf === 'number') {
    const ms = Math.max(0, now - wall.asOf);
    age.dataset.ageS = String(Math.floor(ms / 1000));
    put(
      'age',
      both((text) => text.age(ageWords(text, ms))),
    );
  } else {
    put(
      'age',
      both((text) => text.never),
    );
  }
  put('campus', wall.campus ?? '');
  put(
    'reason',
    both((text) => text.reason),
  );
  if (wall.load && wall.asOfWords) {
    document.getElementById('last').hidden = false;
    put('figure', TEXTS[languages[0]].load(wall.load));
    put(
      'asof',
      both((text) => text.asOf(wall.asOfWords)),
    );
  }
  const seconds = Math.max(0, Math.ceil((tryAt - Date.now()) / 1000));
  put(
    'next',
    both((text) => text.next(seconds)),
  );
}

async function ask() {
  if (asking || Date.now() < tryAt) return;
  asking = true;
  try {
    const answer = await fetch('/healthz', {
      method: 'HEAD',
      cache: 'no-store',
      signal: AbortSignal.timeout(5000),
    });
    if (answer.ok) {
      location.replace(`/wall${location.search}`);
      return;
    }
  } catch {
    // Still away.
  }
  wait = Math.min(RETRY_MAX_MS, wait * 1.5);
  tryAt = Date.now() + wait * (0.5 + Math.random() / 2);
  asking = false;
}

show();
setInterval(() => {
  show();
  void ask();
}, 1000);
