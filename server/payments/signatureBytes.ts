/** The bytes of a base64 text, or null where it is not exactly how those bytes are written: no second spelling is taken. */
export function signatureBytes(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : null;
}
