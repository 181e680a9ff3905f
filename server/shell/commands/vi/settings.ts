import { KEPT, KEPT_SHORT, UNSUPPORTED } from './kept-options.ts';

/** Options that each window has. */
export interface WindowSettings {
  number: boolean;
  relativenumber: boolean;
  wrap: boolean;
  list: boolean;
  cursorline: boolean;
  cursorcolumn: boolean;
  foldenable: boolean;
  foldlevel: number;
  foldmethod: string;
  foldminlines: number;
  foldnestmax: number;
  colorcolumn: string;
}

/** Options that each buffer has. */
export interface BufferSettings {
  expandtab: boolean;
  autoindent: boolean;
  smartindent: boolean;
  readonly: boolean;
  modifiable: boolean;
  swapfile: boolean;
  tabstop: number;
  shiftwidth: number;
  softtabstop: number;
  textwidth: number;
  filetype: string;
  syntax: string;
  fileencoding: string;
  fileformat: string;
  formatoptions: string;
  indentexpr: string;
}

/** Options by their full names. */
export interface Settings extends WindowSettings, BufferSettings {
  paste: boolean;
  ignorecase: boolean;
  smartcase: boolean;
  hlsearch: boolean;
  incsearch: boolean;
  wrapscan: boolean;
  ruler: boolean;
  showcmd: boolean;
  showmode: boolean;
  backup: boolean;
  hidden: boolean;
  equalalways: boolean;
  splitbelow: boolean;
  splitright: boolean;
  laststatus: number;
  showtabline: number;
  cmdheight: number;
  scrolloff: number;
  background: string;
  mouse: string;
  encoding: string;
  backspace: string;
  clipboard: string;
  pastetoggle: string;
  shiftround: boolean;
  smarttab: boolean;
  gdefault: boolean;
  foldlevelstart: number;
}

export function defaultSettings(): Settings {
  return {
    number: false,
    relativenumber: false,
    expandtab: false,
    autoindent: false,
    smartindent: false,
    paste: false,
    ignorecase: false,
    smartcase: false,
    hlsearch: false,
    incsearch: true,
    wrap: true,
    wrapscan: true,
    list: false,
    ruler: true,
    showcmd: true,
    showmode: true,
    cursorline: false,
    cursorcolumn: false,
    foldenable: true,
    foldlevel: 0,
    foldmethod: 'manual',
    foldminlines: 1,
    foldnestmax: 20,
    readonly: false,
    modifiable: true,
    swapfile: true,
    backup: false,
    hidden: false,
    equalalways: true,
    splitbelow: false,
    splitright: false,
    laststatus: 1,
    showtabline: 1,
    cmdheight: 1,
    tabstop: 8,
    shiftwidth: 8,
    softtabstop: 0,
    scrolloff: 5,
    textwidth: 0,
    background: 'dark',
    filetype: '',
    syntax: '',
    mouse: '',
    encoding: 'utf-8',
    fileencoding: 'utf-8',
    fileformat: 'unix',
    formatoptions: 'tcq',
    indentexpr: '',
    backspace: 'indent,eol,start',
    clipboard: '',
    pastetoggle: '',
    shiftround: false,
    smarttab: false,
    gdefault: false,
    foldlevelstart: -1,
    colorcolumn: '',
    ...KEPT,
  };
}

const WINDOW_OPTIONS: readonly string[] = [
  'number',
  'relativenumber',
  'wrap',
  'list',
  'cursorline',
  'cursorcolumn',
  'foldenable',
  'foldlevel',
  'foldmethod',
  'foldminlines',
  'foldnestmax',
  'colorcolumn',
] satisfies (keyof WindowSettings)[];

const BUFFER_OPTIONS: readonly string[] = [
  'expandtab',
  'autoindent',
  'smartindent',
  'readonly',
  'modifiable',
  'swapfile',
  'tabstop',
  'shiftwidth',
  'softtabstop',
  'textwidth',
  'filetype',
  'syntax',
  'fileencoding',
  'fileformat',
  'formatoptions',
  'indentexpr',
] satisfies (keyof BufferSettings)[];

/** Options that say what one file is: `:set` does not pass them on to the next. */
const OWN_OPTIONS: readonly string[] = [
  'readonly',
  'modifiable',
  'filetype',
  'syntax',
  'fileformat',
  'indentexpr',
];

/** The options as a window on a document sees them: each is read and changed where it belongs. */
export function scoped(global: Settings, buffer: BufferSettings, window: WindowSettings): Settings {
  const view = {};
  for (const name of Object.keys(global)) {
    const home = (WINDOW_OPTIONS.includes(name)
      ? window
      : BUFFER_OPTIONS.includes(name)
        ? buffer
        : global) as unknown as Record<string, unknown>;
    Object.defineProperty(view, name, {
      enumerable: true,
      get: () => home[name],
      set: (value) => {
        home[name] = value;
      },
    });
  }
  return view as Settings;
}

/** What `:set` changed for a window is so for those to come. */
export function passOn(view: Settings, global: Settings): void {
  for (const name of Object.keys(global) as (keyof Settings)[])
    if (!OWN_OPTIONS.includes(name)) Object.assign(global, { [name]: view[name] });
}

const SHORT: Record<string, keyof Settings> = {
  nu: 'number',
  rnu: 'relativenumber',
  et: 'expandtab',
  ai: 'autoindent',
  si: 'smartindent',
  ic: 'ignorecase',
  scs: 'smartcase',
  hls: 'hlsearch',
  is: 'incsearch',
  ws: 'wrapscan',
  ru: 'ruler',
  sc: 'showcmd',
  smd: 'showmode',
  cul: 'cursorline',
  cuc: 'cursorcolumn',
  fen: 'foldenable',
  fdl: 'foldlevel',
  fdls: 'foldlevelstart',
  fdm: 'foldmethod',
  fml: 'foldminlines',
  fdn: 'foldnestmax',
  ro: 'readonly',
  ma: 'modifiable',
  swf: 'swapfile',
  bk: 'backup',
  hid: 'hidden',
  ea: 'equalalways',
  sb: 'splitbelow',
  spr: 'splitright',
  ls: 'laststatus',
  stal: 'showtabline',
  ch: 'cmdheight',
  ts: 'tabstop',
  sw: 'shiftwidth',
  sts: 'softtabstop',
  so: 'scrolloff',
  tw: 'textwidth',
  bg: 'background',
  ft: 'filetype',
  syn: 'syntax',
  enc: 'encoding',
  fenc: 'fileencoding',
  ff: 'fileformat',
  fo: 'formatoptions',
  cc: 'colorcolumn',
  sr: 'shiftround',
  sta: 'smarttab',
  gd: 'gdefault',
  inde: 'indentexpr',
  bs: 'backspace',
  cb: 'clipboard',
  pt: 'pastetoggle',
};

/** What an option is, as text; undefined: there is none of that name. */
export function optionValue(settings: Settings, name: string): string | undefined {
  const full = resolve(settings, name);
  if (full === undefined) return undefined;
  const value = (settings as unknown as Record<string, boolean | number | string>)[full];
  return typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
}

/** Carries out one word of `:set`. Returns what it shows, or an error that begins with `E`. */
export function setOption(settings: Settings, word: string): string | undefined {
  const match = /^(no|inv)?([a-z]+)(?:([?!&])|\s*([-+^]?=|:)(.*))?$/.exec(word);
  if (!match) return `E518: Unknown option: ${word}`;
  const [, , , mark, assign, value] = match;
  let prefix = match[1];
  let name = resolve(settings, match[2] as string);
  if (UNSUPPORTED.has(match[2] as string)) return `E519: Option not supported: ${word}`;
  if (!name && prefix === undefined) return `E518: Unknown option: ${word}`;
  if (!name || resolve(settings, (prefix ?? '') + match[2])) {
    name = resolve(settings, (prefix ?? '') + match[2]);
    prefix = undefined;
  }
  if (!name) return `E518: Unknown option: ${word}`;
  const options = settings as unknown as Record<string, boolean | number | string>;
  const old = options[name] as boolean | number | string;
  if (mark === '?') return shownOption(name, old);
  if (mark === '&') {
    options[name] = (defaultSettings() as unknown as Record<string, boolean | number | string>)[
      name
    ] as boolean;
    return undefined;
  }
  if (typeof old === 'boolean') {
    if (assign) return `E474: Invalid argument: ${word}`;
    options[name] = prefix === 'inv' || mark === '!' ? !old : prefix !== 'no';
    return undefined;
  }
  if (prefix === 'no') return `E474: Invalid argument: ${word}`;
  if (!assign) return shownOption(name, old);
  return assigned(options, name, assign, value ?? '', word);
}

function assigned(
  options: Record<string, boolean | number | string>,
  name: string,
  assign: string,
  value: string,
  word: string,
): string | undefined {
  const old = options[name];
  if (typeof old !== 'number') {
    const comma = old === '' || name === 'formatoptions' ? '' : ',';
    if (assign === '+=') options[name] = old + comma + value;
    else if (assign === '-=')
      options[name] = String(old)
        .replace(value, '')
        .replace(/^,|,(?=,|$)/g, '');
    else if (name === 'foldmethod' && !/^(?:manual|indent)$/.test(value))
      return /^(?:marker|expr|syntax|diff)$/.test(value)
        ? `E519: Option not supported: ${word}`
        : `E474: Invalid argument: ${word}`;
    else options[name] = value;
    return undefined;
  }
  if (!/^-?\d+$/.test(value)) return `E521: Number required after =: ${word}`;
  const number = Number(value);
  options[name] = assign === '+=' ? old + number : assign === '-=' ? old - number : number;
  return undefined;
}

function resolve(settings: Settings, name: string): string | undefined {
  return SHORT[name] ?? KEPT_SHORT[name] ?? (name in settings ? name : undefined);
}

/** An option as `:set` shows it. */
export function shownOption(name: string, value: boolean | number | string): string {
  if (typeof value === 'boolean') return value ? `  ${name}` : `no${name}`;
  return `  ${name}=${value}`;
}
