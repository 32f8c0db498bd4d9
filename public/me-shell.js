/** What a resident's phone shows while the server can't be reached: that it is so, what it means for money, and the next try. */
const RETRY_MIN_MS = 2000;
const RETRY_MAX_MS = 15000;

const TEXTS = {
  'zh-CN': {
    title: '没有连接',
    words: '连不上服务器，看不到现在的余额和供电。恢复后本页自动回来。',
    pay: '离线时不能充值。已经付了款的不会丢：到账后会显示在充值结果里。',
    again: '重试',
    next: (seconds) => `${seconds} 秒后自动重试`,
  },
  en: {
    title: 'No connection',
    words:
      'The server can’t be reached, so balance and power of now are not known. This page comes back by itself.',
    pay: 'Top-up is not possible offline. What you have paid is not lost: it shows with your top-up once credited.',
    again: 'Try again',
    next: (seconds) => `Next try in ${seconds} s`,
  },
};

const cookie = (name) =>
  document.cookie
    .split('; ')
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);

const lang = cookie('lang') === 'en' ? 'en' : 'zh-CN';
const text = TEXTS[lang];
document.documentElement.lang = lang;
const theme = cookie('theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
for (const id of ['title', 'words', 'pay', 'again']) document.getElementById(id).textContent = text[id];

let wait = RETRY_MIN_MS;
let tryAt = Date.now() + wait;
let asking = false;

async function ask() {
  if (asking) return;
  asking = true;
  try {
    const answer = await fetch('/healthz', {
      method: 'HEAD',
      cache: 'no-store',
      signal: AbortSignal.timeout(5000),
    });
    if (answer.ok) {
      location.reload();
      return;
    }
  } catch {
    // Still away.
  }
  wait = Math.min(RETRY_MAX_MS, wait * 1.5);
  tryAt = Date.now() + wait * (0.5 + Math.random() / 2);
  asking = false;
}

document.getElementById('again').addEventListener('click', () => void ask());

setInterval(() => {
  const seconds = Math.max(0, Math.ceil((tryAt - Date.now()) / 1000));
  document.getElementById('next').textContent = text.next(seconds);
  if (Date.now() >= tryAt) void ask();
}, 1000);
