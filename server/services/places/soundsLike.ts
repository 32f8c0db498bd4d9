import { match } from 'pinyin-pro';

const LETTERS = /[a-z]+/g;
const DIGITS = /\d+/g;
/** One letter is the initial of too much. */
const LEAST_LETTERS = 2;

/** The letters of what was typed, where they may be pinyin, or null: a text with anything else in it is meant as written. */
export function typedSound(
  text: string,
): { readonly letters: string; readonly digits: readonly string[] } | null {
  const typed = text.toLowerCase().replace(/[\s'’-]/g, '');
  const letters = (typed.match(LETTERS) ?? []).join('');
  if (!/^[a-z\d]+$/.test(typed) || letters.length < LEAST_LETTERS) return null;
  return { letters, digits: typed.match(DIGITS) ?? [] };
}

/**
 * Whether a name is meant by what was typed in pinyin, whole, begun or in initials (`sushe7`, `ss7`). Numbers stand where they like, in
 * the name or the code: a building is as well `7号宿舍楼` as `宿舍七号楼`.
 */
export function soundsLike(
  text: string,
  { name, code }: { readonly name: string; readonly code: string },
): boolean {
  const typed = typedSound(text);
  if (!typed) return false;
  return (
    typed.digits.every((digits) => name.includes(digits) || code.includes(digits)) &&
    match(name, typed.letters, { continuous: true }) !== null
  );
}
