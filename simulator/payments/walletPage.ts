import type { SandboxOrder } from './sandboxOrders';

const NAMES = {
  wechat: ['微信支付', 'WeChat Pay'],
  alipay: ['支付宝', 'Alipay'],
  stripe: ['Stripe', 'Stripe'],
} as const;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

/** The wallet's own page: what is paid to whom, and the tap that confirms it. Sandbox: no money moves. */
export function walletPage(order: SandboxOrder, chinese: boolean): string {
  const at = chinese ? 0 : 1;
  const say = (zh: string, en: string) => (chinese ? zh : en);
  const amount = `${Math.floor(order.amountFen / 100)}.${String(order.amountFen % 100).padStart(2, '0')}`;
  const body =
    order.state === 'OPEN'
      ? `<form method="post" action="/wallet/${order.channel}/${escaped(order.orderNo)}/confirm">
      <button type="submit" data-testid="wallet-confirm">${say('确认支付', 'Confirm payment')}</button></form>
    ${order.returnUrl ? `<a href="${escaped(order.returnUrl)}">${say('取消', 'Cancel')}</a>` : ''}`
      : `<p role="status">${
          order.state === 'PAID' ? say('已支付', 'Paid already') : say('订单已关闭', 'This order is closed')
        }</p>${order.returnUrl ? `<a href="${escaped(order.returnUrl)}">${say('返回', 'Back')}</a>` : ''}`;
  return `<!doctype html>
<html lang="${chinese ? 'zh-CN' : 'en'}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${NAMES[order.channel][at]} · ${say('沙箱', 'Sandbox')}</title>
<style>
  body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #1c2530; background: #f2f4f7; }
  main { max-width: 22rem; margin: 12vh auto 0; padding: 1.5rem; background: #fff; border-radius: 12px; text-align: center; }
  h1 { font-size: 1.1rem; margin: 0; } p { margin: .5rem 0; }
  .amount { font-size: 2.4rem; font-weight: 600; font-variant-numeric: tabular-nums; }
  .note { color: #5a6675; font-size: .875rem; overflow-wrap: anywhere; }
  button { width: 100%; min-height: 48px; margin-top: 1rem; border: 0; border-radius: 8px; font: inherit; font-weight: 600;
    color: #fff; background: #0b6b4f; } a { display: inline-block; padding: .75rem; color: #31506e; }
</style></head><body><main>
  <h1>${NAMES[order.channel][at]} · ${say('沙箱，不动真钱', 'sandbox, no money moves')}</h1>
  <p class="amount">${escaped(order.currency)} ${amount}</p>
  <p class="note">${escaped(order.description)} · ${escaped(order.orderNo)}</p>
  ${body}
</main></body></html>`;
}
