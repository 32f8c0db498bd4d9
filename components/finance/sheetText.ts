/**
 * A bank's list as text: UTF-8, and where its bytes are none, GB 18030, in which Chinese banks still write theirs. References
 * and amounts are plain ASCII in both.
 */
export function sheetText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}
