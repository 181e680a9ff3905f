import type { Call } from '../core/tool.ts';
import { DEFAULT_FIELDS, fieldNamed } from './top-fields.ts';
import type { TopSettings } from './top-view.ts';
import { readToprc, toprcPath } from './toprc.ts';

/** What the command line and a file of `W` say. */
export function settingsOf(call: Call): TopSettings {
  const { options, context } = call;
  const path = toprcPath(context.env);
  const kept =
    context.fs.isFile(path) && context.fs.can(path, 'read') ? readToprc(context.fs.read(path)) : {};
  const field = options.get('o');
  const sort = field === undefined ? (kept.sort ?? '%CPU') : fieldNamed(field.replace(/^[+-]/, ''))?.name;
  if (!sort) call.fail(`unrecognized field name '${field}'`);
  const pids = options.all('p').flatMap((list) => list.split(','));
  for (const pid of pids) if (!/^\d+$/.test(pid)) call.fail(`bad pid '${pid}'`);
  const turned = (letter: string, was: boolean) => (options.has(letter) ? !was : was);
  return {
    load: true,
    cpuStyle: 0,
    memoryStyle: 0,
    most: 0,
    forest: false,
    fields: DEFAULT_FIELDS,
    filters: [],
    colours: false,
    marksColumn: false,
    marksRunning: true,
    reversesMarks: false,
    bold: false,
    ...kept,
    threads: turned('H', kept.threads ?? false),
    sort,
    reverse: field?.startsWith('-') ?? kept.reverse ?? false,
    perCpu: turned('1', kept.perCpu ?? false),
    commandLines: turned('c', kept.commandLines ?? false),
    idle: turned('i', kept.idle ?? true),
    user: options.get('u') ?? options.get('U'),
    pids: pids.map(Number),
    summaryScale: scaleOf(call, 'E', 'kmgtpe') ?? kept.summaryScale ?? 1,
    taskScale: scaleOf(call, 'e', 'kmgtp') ?? kept.taskScale ?? 0,
  };
}

function scaleOf(call: Call, option: string, letters: string): number | undefined {
  const given = call.options.get(option);
  if (given === undefined) return undefined;
  const scale = given.length === 1 ? letters.indexOf(given.toLowerCase()) : -1;
  if (scale < 0) call.fail(`invalid scale option: ${given}`);
  return scale;
}
