import type { Context } from '../../../host/index.ts';

/** What options, `nanorc` and keys turn on and off, by the names of `nanorc`. */
export interface Switches {
  autoindent: boolean;
  backup: boolean;
  casesensitive: boolean;
  constantshow: boolean;
  cutfromcursor: boolean;
  emptyline: boolean;
  historylog: boolean;
  indicator: boolean;
  jumpyscrolling: boolean;
  linenumbers: boolean;
  locking: boolean;
  minibar: boolean;
  mouse: boolean;
  multibuffer: boolean;
  noconvert: boolean;
  nohelp: boolean;
  nonewlines: boolean;
  positionlog: boolean;
  quickblank: boolean;
  regexp: boolean;
  saveonexit: boolean;
  smarthome: boolean;
  softwrap: boolean;
  stateflags: boolean;
  tabstospaces: boolean;
  trimblanks: boolean;
  unix: boolean;
  view: boolean;
  breaklonglines: boolean;
  whitespacedisplay: boolean;
  zap: boolean;
  /** No bars at all. */
  zero: boolean;
}

export interface Settings extends Switches {
  tabsize: number;
  fill: number;
}

/** Options of the command line; `linenumbers` and the like are also words of `nanorc`. */
export const OPTIONS = `A|smarthome B|backup C|backupdir= D|boldtext E|tabstospaces F|multibuffer G|locking H|historylog I|ignorercfiles
  J|guidestripe= K|rawsequences L|nonewlines M|trimblanks N|noconvert O|bookstyle P|positionlog Q|quotestr= R|restricted
  S|softwrap T|tabsize= U|quickblank V|version W|wordbounds X|wordchars= Y|syntax= Z|zap a|atblanks b|breaklonglines
  c|constantshow d|rebinddelete e|emptyline f|rcfile= g|showcursor h|help i|autoindent j|jumpyscrolling k|cutfromcursor
  l|linenumbers m|mouse n|noread o|operatingdir= p|preserve q|indicator r|fill= s|speller= t|saveonexit u|unix v|view
  w|nowrap x|nohelp y|afterends z|listsyntax`;

const SWITCHES: Readonly<Record<string, keyof Switches>> = {
  A: 'smarthome',
  B: 'backup',
  E: 'tabstospaces',
  F: 'multibuffer',
  G: 'locking',
  H: 'historylog',
  L: 'nonewlines',
  M: 'trimblanks',
  N: 'noconvert',
  P: 'positionlog',
  S: 'softwrap',
  U: 'quickblank',
  Z: 'zap',
  b: 'breaklonglines',
  c: 'constantshow',
  e: 'emptyline',
  i: 'autoindent',
  j: 'jumpyscrolling',
  k: 'cutfromcursor',
  l: 'linenumbers',
  m: 'mouse',
  q: 'indicator',
  t: 'saveonexit',
  u: 'unix',
  v: 'view',
  x: 'nohelp',
};

/** As Ubuntu's `/etc/nanorc` has them. */
const UBUNTU: readonly (keyof Switches)[] = ['historylog', 'locking', 'stateflags'];

const NAMES: readonly string[] = [
  ...new Set<string>([
    ...Object.values(SWITCHES),
    ...UBUNTU,
    'casesensitive',
    'minibar',
    'regexp',
    'whitespacedisplay',
    'zero',
  ]),
];

/** Words of `nanorc` that change nothing one could see here. */
const WITHOUT_EFFECT = new Set(
  'afterends allow_insecure_backup atblanks boldtext bookstyle nowrap preserve rawsequences rebinddelete showcursor wordbounds'.split(
    ' ',
  ),
);
const VALUED = new Set(
  'backupdir brackets errorcolor functioncolor guidestripe keycolor matchbrackets minicolor numbercolor operatingdir promptcolor punct quotestr scrollercolor selectedcolor speller spotlightcolor statuscolor stripecolor titlecolor whitespace wordchars'.split(
    ' ',
  ),
);
const COMMANDS = new Set(
  'bind unbind include syntax header magic comment tabgives linter formatter color icolor extendsyntax'.split(
    ' ',
  ),
);

/** The settings before any option, and the complaints about the user's `nanorc`. */
export function readSettings(context: Context, given: Given): { settings: Settings; mistakes: string[] } {
  const settings = { tabsize: 8, fill: -8 } as Settings;
  for (const name of NAMES) settings[name as keyof Switches] = false;
  const mistakes: string[] = [];
  if (!given.has('I')) {
    for (const name of UBUNTU) settings[name] = true;
    mistakes.push(...readRc(context, given.get('f'), settings));
  }
  for (const [letter, name] of Object.entries(SWITCHES)) if (given.has(letter)) settings[name] = true;
  if (given.has('w')) settings.breaklonglines = false;
  const [tab, fill] = [given.get('T'), given.get('r')];
  if (tab !== undefined) settings.tabsize = sizeOf(tab, 'tab');
  if (fill !== undefined) settings.fill = sizeOf(fill, 'fill');
  return { settings, mistakes };
}

export interface Given {
  has(letter: string): boolean;
  get(letter: string): string | undefined;
}

/** Thrown for a number that is none. */
export class BadSize extends Error {
  override name = 'BadSize';
}

function sizeOf(text: string, what: 'tab' | 'fill'): number {
  const value = Number(text);
  if (!Number.isInteger(value) || text.trim() === '' || (what === 'tab' && value <= 0))
    throw new BadSize(`Requested ${what} size "${text}" is invalid`);
  return value;
}

function readRc(context: Context, chosen: string | undefined, settings: Settings): string[] {
  const { fs, env } = context;
  const home = env.get('HOME') ?? '/root';
  const path = chosen ?? [`${home}/.nanorc`, `${home}/.config/nano/nanorc`].find((one) => fs.isFile(one));
  if (path === undefined || !fs.isFile(path) || !fs.can(path, 'read')) return [];
  const mistakes: string[] = [];
  fs.read(path)
    .split('\n')
    .forEach((line, i) => {
      const wrong = rcLine(line, settings);
      if (wrong !== undefined) mistakes.push(`Error in ${path} on line ${i + 1}: ${wrong}`);
    });
  return mistakes;
}

/** Carries out one line of a `nanorc`. Returns what is wrong with it. */
function rcLine(line: string, settings: Settings): string | undefined {
  const [command = '', option, ...rest] = line.trim().split(/\s+/);
  if (command === '' || command.startsWith('#')) return undefined;
  if (COMMANDS.has(command)) return undefined;
  if (command !== 'set' && command !== 'unset') return `Command "${command}" not understood`;
  if (option === undefined) return 'Missing option';
  if (NAMES.includes(option)) {
    settings[option as keyof Switches] = command === 'set';
    return undefined;
  }
  if (WITHOUT_EFFECT.has(option)) return undefined;
  const isSize = option === 'tabsize' || option === 'fill';
  if (!isSize && !VALUED.has(option)) return `Unknown option: ${option}`;
  if (command === 'unset') return `Cannot unset option "${option}"`;
  const value = rest.join(' ');
  if (value === '') return `Option "${option}" requires an argument`;
  if (!isSize) return undefined;
  try {
    settings[option] = sizeOf(value.replace(/^"(.*)"$/, '$1'), option === 'tabsize' ? 'tab' : 'fill');
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}
