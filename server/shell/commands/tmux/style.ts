/** Which kinds a code turns off. */
const OFF: Readonly<Record<number, readonly string[]>> = {
  22: ['1', '2'],
  23: ['3'],
  24: ['4'],
  25: ['5'],
  27: ['7'],
  28: ['8'],
  29: ['9'],
  39: ['foreground'],
  49: ['background'],
};

function kindOf(part: string): string {
  const code = Number(part.split(';')[0]);
  if ((code >= 30 && code <= 38) || (code >= 90 && code <= 97)) return 'foreground';
  if ((code >= 40 && code <= 48) || (code >= 100 && code <= 107)) return 'background';
  return String(code);
}

function splitStyle(style: string): string[] {
  return style.match(/[34]8;5;\d+|[34]8;2;\d+;\d+;\d+|\d+/g) ?? [];
}

/** A style with the parameters of an SGR sequence added; `0` begins anew, and what turns something off takes its own kind away. */
export function withStyle(style: string, text: string): string {
  const parts = text === '' ? ['0'] : text.split(';');
  let kept = style === '' ? [] : splitStyle(style);
  for (let i = 0; i < parts.length; i++) {
    const code = Number(parts[i] || 0);
    if (code === 38 || code === 48) {
      const length = parts[i + 1] === '5' ? 3 : parts[i + 1] === '2' ? 5 : 1;
      const whole = parts.slice(i, i + length).join(';');
      kept = [...kept.filter((part) => kindOf(part) !== kindOf(String(code))), whole];
      i += length - 1;
    } else if (code === 0) kept = [];
    else if (OFF[code]) kept = kept.filter((part) => !OFF[code]?.includes(kindOf(part)));
    else kept = [...kept.filter((part) => kindOf(part) !== kindOf(String(code))), String(code)];
  }
  return kept.join(';');
}
