/** Characters that a shell would not take literally. */
const SPECIAL = /[^A-Za-z0-9_@%+=:,./\-\u00a0-\udbff\ue000-\uffff]/;

/** `‘text’`: how GNU tools quote in messages in a UTF-8 locale. */
export function quote(text: string): string {
  return `‘${text.replace(/[\x00-\x1f\x7f\udc80-\udcff\\]/g, (char) => (char === '\\' ? '\\\\' : escapeOne(char)))}’`;
}

/** `'name'` as GNU tools quote file names in messages (shell-escape-always). */
export function quoteFile(text: string): string {
  if (/[\x00-\x1f\x7f\udc80-\udcff]/.test(text)) return escaped(text);
  if (!text.includes("'")) return `'${text}'`;
  if (!/["$`\\!]/.test(text)) return `"${text}"`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The name as it is where a shell takes it literally, else quoted (shell-escape). */
export function quoteName(text: string): string {
  if (
    text !== '' &&
    !/[\s'"$`\\!*?[\](){}<>|&;^\x00-\x1f\x7f\udc80-\udcff]/.test(text) &&
    !/^[#~]/.test(text)
  ) {
    return /^[{}]$/.test(text) ? quoteFile(text) : text;
  }
  return quoteFile(text);
}

/** Whether `ls` on a terminal puts quotes around the name. */
export function needsQuotes(text: string): boolean {
  return quoteName(text) !== text || (SPECIAL.test(text) && /[=]/.test(text) && text.startsWith('='));
}

const ESCAPES: Record<string, string> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
};

/** `'a'$'\n''b'`: pieces in plain quotes, control characters in `$''`. */
function escaped(text: string): string {
  const pieces = text.split(/([\x00-\x1f\x7f\udc80-\udcff]+)/);
  let out = '';
  pieces.forEach((piece, i) => {
    if (i % 2 === 1) out += `$'${[...piece].map(escapeOne).join('')}'`;
    else if (piece !== '' || i === 0) out += `'${piece.replaceAll("'", "'\\''")}'`;
  });
  return out;
}

function escapeOne(char: string): string {
  const code = char.charCodeAt(0) & 0xff;
  return ESCAPES[char] ?? `\\${code.toString(8).padStart(3, '0')}`;
}
