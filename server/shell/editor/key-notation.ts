const NAMED: Readonly<Record<string, string>> = {
  del: '\x7f',
  rubout: '\x7f',
  esc: '\x1b',
  escape: '\x1b',
  lfd: '\n',
  newline: '\n',
  ret: '\r',
  return: '\r',
  spc: ' ',
  space: ' ',
  tab: '\t',
};

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  d: '\x7f',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function control(char: string): string {
  return char === '?' ? '\x7f' : String.fromCharCode(char.toUpperCase().charCodeAt(0) & 0x1f);
}

/** The characters that a quoted key sequence (`\C-x\M-a\e[A\t\101`) stands for. */
export function decode(text: string): string {
  let out = '';
  for (let rest = text; rest !== ''; ) {
    const prefix = /^(?:\\[CM]-)+/.exec(rest)?.[0] ?? '';
    rest = rest.slice(prefix.length);
    const plain = /^\\(?:[0-7]{1,3}|x[0-9a-fA-F]{1,2}|[\s\S])|^[\s\S]/u.exec(rest)?.[0] ?? '';
    rest = rest.slice(plain.length);
    let char = plain.startsWith('\\') ? escaped(plain.slice(1)) : plain;
    if (prefix.includes('C')) char = control(char);
    out += prefix.includes('M') ? `\x1b${char}` : char;
  }
  return out;
}

function escaped(body: string): string {
  if (/^[0-7]/.test(body)) return String.fromCharCode(Number.parseInt(body, 8));
  if (/^x./.test(body)) return String.fromCharCode(Number.parseInt(body.slice(1), 16));
  return ESCAPES[body] ?? body;
}

/** The characters of a key written without quotes: `Control-u`, `Meta-Rubout`, `C-M-x`. */
export function decodeName(name: string): string {
  const parts = name.split('-');
  const last = name.endsWith('-') ? '-' : (parts.at(-1) as string);
  const modifiers = name.slice(0, name.length - last.length).toLowerCase();
  let char = NAMED[last.toLowerCase()] ?? last.slice(0, 1);
  if (/(?:^|-)(?:c|ctrl|control)-/.test(modifiers)) char = control(char);
  return /(?:^|-)(?:m|meta)-/.test(modifiers) ? `\x1b${char}` : char;
}

/** Keys as `bind -p` writes them. */
export function encode(keys: string): string {
  let out = '';
  for (const char of keys.replaceAll('M-', '\x1b')) {
    const code = char.charCodeAt(0);
    if (char === '\x1b') out += '\\e';
    else if (char === '\x7f') out += '\\C-?';
    else if (code < 32) out += `\\C-${String.fromCharCode(code + (code === 0 || code > 26 ? 64 : 96))}`;
    else out += char === '"' || char === '\\' ? `\\${char}` : char;
  }
  return out;
}
