/** What the door rules need to know of a source file, without a compiler. */
export interface ScannedSource {
  imports: ImportOf[];
  /** The text with comments and the inside of strings blanked, lines kept. */
  code: string;
  /** Every string and template literal, with the line it starts on. */
  strings: { text: string; line: number }[];
}

export interface ImportOf {
  specifier: string;
  /** True when only types are taken, so that nothing is left of it at run time. */
  typeOnly: boolean;
  line: number;
}

const IMPORT =
  /(?:^|[;}\n])[ \t]*(import|export)\s+(type\s+)?((?:[\w$*]+\s*,?\s*)?(?:\{[^}]*\}|\*\s+as\s+[\w$]+|\*)?)\s*(?:from\s*)?§(\d+)§/g;
const CALLED_IMPORT = /\b(?:import|require)\s*\(\s*§(\d+)§/g;
const REGEX_MAY_FOLLOW = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\breturn|\btypeof|\bcase|=>)\s*$/;

/** Splits a source text into code and literals and finds its imports. Good for our own formatted code, not for any. */
export function scanSource(text: string): ScannedSource {
  const strings: ScannedSource['strings'] = [];
  let marked = '';
  let at = 0;
  let line = 1;

  const take = (until: number) => {
    for (; at < until; at++) if (text[at] === '\n') line++;
  };
  const blankLines = (from: number, to: number) => '\n'.repeat(text.slice(from, to).split('\n').length - 1);

  while (at < text.length) {
    const two = text.slice(at, at + 2);
    const one = text[at]!;
    const start = at;
    if (two === '//') {
      const end = text.indexOf('\n', at);
      take(end === -1 ? text.length : end);
    } else if (two === '/*') {
      const end = text.indexOf('*/', at + 2);
      take(end === -1 ? text.length : end + 2);
      marked += blankLines(start, at);
    } else if (one === "'" || one === '"' || one === '`') {
      const end = endOfString(text, at, one);
      strings.push({ text: text.slice(at + 1, end - 1), line });
      marked += `§${strings.length - 1}§${blankLines(start, end)}`;
      take(end);
    } else if (one === '/' && REGEX_MAY_FOLLOW.test(marked.slice(-20))) {
      take(endOfRegex(text, at));
    } else {
      marked += one;
      take(at + 1);
    }
  }

  const imports: ImportOf[] = [];
  for (const match of marked.matchAll(IMPORT)) {
    const [, , type, names, index] = match;
    const literal = strings[Number(index)]!;
    const inBraces = /^\{([^}]*)\}$/.exec(names!.trim())?.[1];
    const allTypes = inBraces?.trim()
      ? inBraces.split(',').every((name) => !name.trim() || /^\s*type\s/.test(name))
      : false;
    imports.push({ specifier: literal.text, typeOnly: Boolean(type) || allTypes, line: literal.line });
  }
  for (const match of marked.matchAll(CALLED_IMPORT)) {
    const literal = strings[Number(match[1])]!;
    imports.push({ specifier: literal.text, typeOnly: false, line: literal.line });
  }
  return { imports, code: marked.replace(/§\d+§/g, "''"), strings };
}

function endOfString(text: string, from: number, quote: string): number {
  let at = from + 1;
  let depth = 0;
  for (; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (quote === '`' && text.startsWith('${', at)) depth++;
    else if (depth > 0 && text[at] === '}') depth--;
    else if (text[at] === quote && depth === 0) return at + 1;
    // An apostrophe in JSX text opens no string.
    else if (text[at] === '\n' && quote !== '`') return at;
  }
  return at;
}

function endOfRegex(text: string, from: number): number {
  let inClass = false;
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '[') inClass = true;
    else if (text[at] === ']') inClass = false;
    else if (text[at] === '/' && !inClass) return at + 1;
    else if (text[at] === '\n') return from + 1;
  }
  return from + 1;
}
