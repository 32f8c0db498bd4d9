/** Name to value of a Cookie header; the first of equal names wins. Values stay as sent where they can't be decoded. */
export function parseCookies(header: string | null | undefined): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at < 1) continue;
    const name = part.slice(0, at).trim();
    if (name === '' || cookies.has(name)) continue;
    const value = part
      .slice(at + 1)
      .trim()
      .replace(/^"(.*)"$/, '$1');
    cookies.set(name, decoded(value));
  }
  return cookies;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Cookies travel over TLS alone where the product is reached by https. */
export function isSecureOrigin(publicUrl: string): boolean {
  return publicUrl.startsWith('https:');
}
