import { defaultSettings, type Settings, shownOption } from './settings.ts';

/** What options are before `defaults.vim` changed them. */
const BARE: Readonly<Record<string, boolean | number | string>> = {
  backspace: '',
  display: '',
  history: 50,
  incsearch: false,
  nrformats: 'bin,octal,hex',
  ruler: false,
  scrolloff: 0,
  showcmd: false,
  ttimeout: false,
  ttimeoutlen: -1,
  wildmenu: false,
};
const WIDTH = 20;
const GAP = 3;

/** What `:set` lists: options that were changed, or all of them. Models vim src/option.c showoptions. */
export function optionColumns(settings: Settings, all: boolean, columns: number): string[] {
  const values = settings as unknown as Readonly<Record<string, boolean | number | string>>;
  const defaults = { ...defaultSettings(), ...BARE } as unknown as typeof values;
  const texts = Object.keys(defaults)
    .filter((name) => all || values[name] !== defaults[name])
    .sort()
    .map((name) => shownOption(name, values[name] ?? ''));
  const short = texts.filter((text) => text.length <= WIDTH - GAP);
  const across = Math.max(1, Math.floor((columns + GAP - 3) / WIDTH));
  const rows = Math.ceil(short.length / across);
  const table = Array.from({ length: rows }, (_, row) =>
    short
      .filter((_text, i) => i % rows === row)
      .map((text) => text.padEnd(WIDTH))
      .join('')
      .trimEnd(),
  );
  return ['--- Options ---', ...table, ...texts.filter((text) => text.length > WIDTH - GAP)];
}
