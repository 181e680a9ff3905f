import type { Editor } from './editor.ts';
import { optionValue } from './settings.ts';

const PIECE =
  /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|(\d+)|&(\w+)|@(.)|(\w+)\(\s*(?:"([^"]*)"|'([^']*)')?\s*\)|([a-z]:\w+|\w+))\s*(\.\.?)?/y;

/** The functions that are asked at a prompt. */
const FUNCTIONS: Readonly<Record<string, (editor: Editor, argument: string) => string | undefined>> = {
  expand: (editor, what) => (what === '%' ? (editor.path ?? '') : undefined),
  line: (editor, what) =>
    what === '.' ? String(editor.cursor.line + 1) : what === '$' ? String(editor.buffer.count) : undefined,
  col: (editor, what) =>
    what === '.'
      ? String(editor.cursor.column + 1)
      : what === '$'
        ? String(editor.line.length + 1)
        : undefined,
  getcwd: (editor) => editor.context.cwd,
  mode: () => 'n',
};

const VARIABLES: Readonly<Record<string, string>> = {
  'v:version': '901',
  'v:true': 'v:true',
  'v:false': 'v:false',
};

/** What `:echo` shows: strings, numbers, options, registers and a few functions, joined by `..` or side by side. */
export function echo(editor: Editor, source: string): string {
  let out = '';
  for (let at = 0; at < source.trimEnd().length; ) {
    PIECE.lastIndex = at;
    const match = PIECE.exec(source);
    if (!match) return editor.refuse(`E15: Invalid expression: "${source.slice(at).trim()}"`);
    at = PIECE.lastIndex;
    const joined = match[10] !== undefined;
    if (joined && at >= source.trimEnd().length) editor.refuse(`E15: Invalid expression: "${source}"`);
    out += value(editor, match) + (joined || at >= source.trimEnd().length ? '' : ' ');
  }
  return out;
}

function value(editor: Editor, match: RegExpExecArray): string {
  const [, double, single, number, option, register, name, first, second, variable] = match;
  if (double !== undefined)
    return double.replace(/\\(.)/g, (_, char: string) => ({ n: '\n', t: '\t' })[char] ?? char);
  if (single !== undefined) return single.replaceAll("''", "'");
  if (number !== undefined) return number;
  if (option !== undefined) {
    const said = optionValue(editor.settings, option);
    return said ?? editor.refuse(`E113: Unknown option: ${option}`);
  }
  if (register !== undefined) return editor.register(register)?.text ?? '';
  if (name !== undefined) {
    const found = FUNCTIONS[name];
    if (!found) editor.refuse(`E117: Unknown function: ${name}`);
    return (
      found(editor, first ?? second ?? '') ?? editor.refuse(`E475: Invalid argument: ${first ?? second}`)
    );
  }
  return VARIABLES[variable as string] ?? editor.refuse(`E121: Undefined variable: ${variable}`);
}
