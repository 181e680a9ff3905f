import type { Context } from '../../../../host/index.ts';
import { linearRegex } from '../../../../objects/linear-regex.ts';
import { CorefileError, type Directive, type ServerBlock } from '../corefile.ts';
import { answerFrom, readZone } from '../zone-file.ts';
import { dotted, fallsThrough, type Handler, option, zoneOf } from './plugin.ts';

/** `file /etc/coredns/example.db example.org`: read whenever it is asked, as the plugin reloads it. */
export function zoneFile(directive: Directive, block: ServerBlock, context: Context): Handler {
  const [path = '', ...given] = directive.args;
  const zones = (given.length > 0 ? given : block.zones).map(dotted);
  return ({ name, type }) => {
    const zone = zoneOf(name, zones);
    if (zone === undefined) return undefined;
    if (!context.fs.isFile(path)) return { code: 'SERVFAIL', answers: [], authoritative: false };
    const answer = answerFrom(readZone(context.fs.read(path), zone), name, type);
    return answer.code === 'NXDOMAIN' && fallsThrough(directive, name) ? undefined : answer;
  };
}

/** `auto [ZONES…] { directory DIR [REGEXP ORIGIN] }`: a zone for each file whose name fits. Models coredns plugin/auto. */
export function auto(directive: Directive, block: ServerBlock, context: Context): Handler {
  const [directory, pattern = 'db\\.(.*)', origin = '{1}'] = option(directive, 'directory') ?? [];
  if (directory === undefined) throw new CorefileError('plugin/auto: no directory specified');
  const allowed = (directive.args.length > 0 ? directive.args : block.zones).map(dotted);
  return ({ name, type }) => {
    if (zoneOf(name, allowed) === undefined || !context.fs.isDirectory(directory)) return undefined;
    for (const file of context.fs.list(directory)) {
      const match = linearRegex(pattern).matcher(file);
      if (!match.find()) continue;
      const zone = dotted(origin.replace(/\{(\d+)\}/g, (_, at) => match.group(Number(at)) ?? ''));
      if (zoneOf(name, [zone]) === undefined) continue;
      return answerFrom(readZone(context.fs.read(`${directory}/${file}`), zone), name, type);
    }
    return undefined;
  };
}
