import pg from 'pg';

/**
 * Text as an SQL literal, for statements that go out with the COMMIT and can have no parameters.
 * @throws RangeError for text that would end the message in its midst
 */
export function literal(text: string | null): string {
  if (text?.includes('\0')) throw new RangeError('text with NUL can not be stored');
  return text === null ? 'null' : pg.escapeLiteral(text);
}
