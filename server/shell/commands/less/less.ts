import type { OpenFile } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Command } from '../../command.ts';
import { type Call, tool } from '../core/tool.ts';
import { commandLoop } from './commands.ts';
import { NUMBERS, PagerSettings, TOGGLES } from './options.ts';
import { Leave, Pager } from './pager.ts';

const OPTIONS = `a|search-skip-screen A|SEARCH-SKIP-SCREEN b|buffers= B|auto-buffers c|clear-screen C d|dumb e|quit-at-eof
  E|QUIT-AT-EOF f|force F|quit-if-one-screen g|hilite-search G|HILITE-SEARCH h|max-back-scroll= i|ignore-case I|IGNORE-CASE
  j|jump-target= J|status-column K|quit-on-intr L|no-lessopen m|long-prompt M|LONG-PROMPT n|line-numbers N|LINE-NUMBERS
  p|pattern= P|prompt= q|quiet|silent Q|QUIET|SILENT r|raw-control-chars R|RAW-CONTROL-CHARS s|squeeze-blank-lines
  S|chop-long-lines u|underline-special U|UNDERLINE-SPECIAL w|hilite-unread W|HILITE-UNREAD x|tabs= X|no-init
  y|max-forw-scroll= z|window= #|shift= ~|tilde`;

function pagerNamed(name: string): Command {
  return tool({
    name,
    summary: 'opposite of more',
    usage: '[option]... [file]...',
    version: 'less 590',
    options: OPTIONS,
    prepare: (args) =>
      args.map((arg) => (/^\+./.test(arg) ? `-p${arg}` : /^-\d+$/.test(arg) ? `-z${arg.slice(1)}` : arg)),
    refusal: (message) => `${refusal(message)}\n`,
    run,
  });
}

function refusal(message: string): string {
  const name = /'([^']*)'$/.exec(message)?.[1] ?? message;
  return `There is no ${name.startsWith('-') ? name : `-${name}`} option ("less --help" for help)`;
}

export const less = pagerNamed('less');
export const pager = pagerNamed('pager');

function* run(call: Call): Steps<number> {
  const { context } = call;
  if (call.operands.length === 0 && context.isTerminal(0)) {
    yield* context.err('Missing filename ("less --help" for help)\n');
    return 1;
  }
  const paths = call.operands.length > 0 ? [...call.operands] : ['-'];
  const settings = settingsOf(call);
  const pager = new Pager(call, paths, settings);
  if (!context.isTerminal(1)) return yield* copyAll(call, paths);
  const { said, opened } = pager.openFrom(0, 1);
  for (const text of said) yield* context.err(`${text}\n`);
  if (!opened) return 1;
  yield* pager.load();
  if (settings.is('F') && pager.files.length === 1 && fits(pager)) {
    for (const row of pager.view.screen())
      if (pager.view.text(row.line) !== undefined) yield* context.out(`${row.text}\n`);
    return 0;
  }
  if (said.length > 0) {
    yield* context.out('Press RETURN to continue ');
    yield* pager.key();
  }
  return yield* onScreen(pager);
}

function settingsOf({ options, context }: Call): PagerSettings {
  const words = (context.env.get('LESS') ?? '').split(/[\s$]+/).map((word) => word.replace(/^-(?!-)/, ''));
  const letters = words.filter((word) => !word.startsWith('-')).join('');
  const long = (letter: string) => `--${TOGGLES[letter]?.name ?? ''}`;
  const settings = new PagerSettings(
    (letter) => options.has(letter) || letters.includes(letter) || words.includes(long(letter)),
  );
  const prompt = options.get('P');
  if (prompt !== undefined) settings.givePrompt(prompt);
  for (const letter of Object.keys(NUMBERS)) {
    const given = Number(options.get(letter) ?? Number.NaN);
    if (Number.isInteger(given)) settings.numbers[letter] = given;
  }
  return settings;
}

function fits({ view }: Pager): boolean {
  return view.source.complete && view.step(view.top, view.height).line >= view.count;
}

/** Has the terminal until the pager is left. */
function* onScreen(pager: Pager): Steps<number> {
  const { context, options } = pager.call;
  const terminal = context.fds.get(1)?.terminal;
  const modes = terminal?.setModes({ icanon: false, echo: false, isig: true });
  context.process.handlers.set('WINCH', () => undefined);
  pager.onInterrupt();
  const [enter, leave] = pager.settings.is('X') ? ['', ''] : ['\x1b[?1049h', '\x1b[?1049l'];
  yield* context.out(enter);
  if (options.get('z') !== undefined) pager.window = Number(options.get('z'));
  pager.squished = options.get('p') === undefined && !pager.settings.is('c') && fits(pager);
  pager.feed(firstKeys(options.get('p')));
  try {
    return yield* commandLoop(pager);
  } catch (error) {
    if (!(error instanceof Leave)) throw error;
    return 0;
  } finally {
    if (modes) terminal?.setModes(modes);
    context.process.handlers.delete('INT');
    yield* context.out(`\x1b[${pager.size.rows};1H\x1b[K${leave}`);
  }
}

/** What `+COMMAND` and `-p PATTERN` type at the start. */
function firstKeys(start: string | undefined): string {
  if (start === undefined) return '';
  if (!start.startsWith('+')) return `/${start}\n`;
  const keys = start.replace(/^\++/, '');
  return /^\d+$/.test(keys) ? `${keys}g` : /^[/?&]/.test(keys) ? `${keys}\n` : keys;
}

function* copyAll(call: Call, paths: readonly string[]): Steps<number> {
  let status = 0;
  for (const path of paths) {
    let file: OpenFile;
    try {
      if (path !== '-' && call.context.fs.isDirectory(path)) {
        yield* call.context.err(`${path} is a directory\n`);
        status = 1;
        continue;
      }
      file = call.open(path).file;
    } catch (error) {
      yield* call.flush();
      yield* call.context.err(`${path}: ${(error as Error).message}\n`);
      status = 1;
      continue;
    }
    for (
      let piece = yield* call.readSome(file, 65_536);
      piece !== '';
      piece = yield* call.readSome(file, 65_536)
    )
      yield* call.print(piece);
  }
  return status;
}
