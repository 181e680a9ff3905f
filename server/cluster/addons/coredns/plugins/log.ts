import type { DnsAnswer } from '../../../../host/index.ts';
import { CorefileError, type Directive } from '../corefile.ts';
import { dotted, option, type Question, zoneOf } from './plugin.ts';

type Class = 'all' | 'success' | 'denial' | 'error';

const FORMAT = /^\{(common|combined)\}$/;

/** The plugin `log`: a line for each question of its names and classes. Models coredns plugin/log. */
export function logger(
  directives: readonly Directive[],
  say: (text: string) => void,
): (question: Question, answer: DnsAnswer) => void {
  const rules = directives.map((directive) => {
    const formats = directive.args.slice(1);
    const own = formats.find((format) => !FORMAT.test(format));
    if (own !== undefined) throw new CorefileError(`plugin/log: format ${own}: not simulated here`);
    const names = directive.args.slice(0, 1).map(dotted);
    return { names: names.length > 0 ? names : ['.'], classes: option(directive, 'class') ?? ['all'] };
  });
  let count = 0;
  return (question, answer) => {
    const kind = classOf(answer);
    const isLogged = rules.some(
      ({ names, classes }) =>
        zoneOf(question.name, names) !== undefined && (classes.includes('all') || classes.includes(kind)),
    );
    if (isLogged) say(line(question, answer, count++));
  };
}

function classOf({ code }: DnsAnswer): Class {
  if (code === 'NXDOMAIN') return 'denial';
  return code === 'NOERROR' ? 'success' : 'error';
}

/** Ports and numbers of questions look drawn, and come in the same order in every run. */
function line(
  { name, type, from }: Question,
  { code, answers, authority = [], authoritative }: DnsAnswer,
  count: number,
) {
  const port = 32_768 + ((count * 7919 + 4211) % 28_000);
  const id = (count * 20_011 + 5003) % 65_536;
  const asked = name.length + 17;
  const records = [...answers, ...authority].reduce((sum, record) => sum + 16 + record.data.length, 0);
  const flags = authoritative ? 'qr,aa,rd' : 'qr,rd,ra';
  return `[INFO] ${from}:${port} - ${id} "${type} IN ${name} udp ${asked} false 512" ${code} ${flags} ${asked + records} 0.000142s\n`;
}
