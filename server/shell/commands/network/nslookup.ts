import { type DnsRecord, type DnsType, resolveName } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { BANNER, isApplet } from '../core/applet.ts';
import { type Call, tool } from '../core/tool.ts';
import { askServer, DNS_TYPES, nameservers, reverseName, searchNames, withoutDot } from './dns-ask.ts';

/** Each of the tries that BIND's and busybox's nslookup make. */
const TRY_MS = 5000;

interface Question {
  readonly name: string;
  readonly types: readonly DnsType[];
  readonly server: string;
  readonly port: number;
}

export const nslookup = tool({
  name: 'nslookup',
  summary: 'query Internet name servers interactively',
  usage: '[-option] [name | -] [server]',
  version: 'nslookup 9.18.28',
  options: 't= v d n s p= q= a',
  prepare: (args) =>
    args.flatMap((arg) => {
      const [, key, value] = /^-(q|query|querytype|ty|type|timeout|port|retry)=(.*)$/.exec(arg) ?? [];
      if (key === undefined) return /^-(debug|nodebug|novc|vc|nosearch|search|d2)$/.test(arg) ? [] : [arg];
      return key === 'port'
        ? ['-p', value as string]
        : key === 'timeout' || key === 'retry'
          ? []
          : ['-q', value as string];
    }),
  *run(call) {
    const { context } = call;
    const [name, at] = call.operands;
    if (name === undefined) {
      yield* context.err(
        isApplet(context, 'nslookup')
          ? `${BANNER}\n\nUsage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n`
          : 'nslookup: the interactive mode is not available here\n',
      );
      return 1;
    }
    const server = yield* serverAddress(call, at);
    if (server === undefined) return 1;
    const reverse = reverseName(name);
    const types = wantedTypes(call, reverse !== undefined);
    if (!types) {
      yield* call.print(`unknown query type: ${call.options.get('q')}\n`);
      return 1;
    }
    const question = { name: reverse ?? name, types, server, port: Number(call.options.get('p') ?? 53) };
    return isApplet(context, 'nslookup') ? yield* applet(call, question) : yield* bind(call, question);
  },
});

function wantedTypes(call: Call, reverse: boolean): DnsType[] | undefined {
  const given = call.options.get('q')?.toUpperCase();
  if (given === undefined) return reverse ? ['PTR'] : ['A', 'AAAA'];
  if (given === 'ANY') return [...DNS_TYPES];
  return DNS_TYPES.includes(given as DnsType) ? [given as DnsType] : undefined;
}

function* serverAddress(call: Call, given: string | undefined): Steps<string | undefined> {
  const { context } = call;
  if (given === undefined) return nameservers(context)[0];
  const found = resolveName(context, given);
  if (found.ok) return found.addresses[0];
  const applied = isApplet(context, 'nslookup');
  yield* context.err(
    applied
      ? `nslookup: bad address '${given}'\n`
      : `nslookup: couldn't get address for '${given}': not found\n`,
  );
  return undefined;
}

/** Models bind9 bin/dig/nslookup.c. */
function* bind(call: Call, { name, types, server, port }: Question): Steps<number> {
  const { context } = call;
  let printed = false;
  let code = 'NXDOMAIN';
  const names = searchNames(context, name);
  for (const candidate of names) {
    let found = false;
    for (const type of types) {
      const { answer } = yield* askServer(context, server, candidate, type, TRY_MS);
      if (answer === 'timeout' || answer === 'refused') return yield* unreached(call, server, port, answer);
      code = answer.code;
      if (answer.code !== 'NOERROR') break;
      found = true;
      if (answer.answers.length === 0) continue;
      if (!printed)
        yield* call.print(
          `Server:\t\t${server}\nAddress:\t${server}#${port}\n\n${answer.authoritative ? '' : 'Non-authoritative answer:\n'}`,
        );
      printed = true;
      for (const record of answer.answers) yield* call.print(recordText(record));
    }
    if (found) {
      if (!printed)
        yield* call.print(
          `Server:\t\t${server}\nAddress:\t${server}#${port}\n\n*** Can't find ${withoutDot(name)}: No answer\n`,
        );
      yield* call.print('\n');
      return printed ? 0 : 1;
    }
  }
  const shown = code === 'NXDOMAIN' ? withoutDot(names.at(-1) ?? name) : withoutDot(name);
  yield* call.print(
    `Server:\t\t${server}\nAddress:\t${server}#${port}\n\n** server can't find ${shown}: ${code}\n\n`,
  );
  return 1;
}

function* unreached(call: Call, server: string, port: number, why: 'timeout' | 'refused'): Steps<number> {
  const what = why === 'refused' ? 'connection refused' : 'timed out';
  const line = `;; communications error to ${server}#${port}: ${what}\n`;
  if (why === 'timeout') yield* call.context.sleep(2 * TRY_MS);
  yield* call.print(`${line.repeat(3)};; no servers could be reached\n\n`);
  return 1;
}

function recordText({ name, type, data }: DnsRecord): string {
  const shown = withoutDot(name);
  if (type === 'A' || type === 'AAAA') return `Name:\t${shown}\nAddress: ${data}\n`;
  if (type === 'PTR') return `${shown}\tname = ${data}\n`;
  if (type === 'CNAME') return `${shown}\tcanonical name = ${data}\n`;
  if (type === 'SRV') return `${shown}\tservice = ${data}\n`;
  if (type === 'TXT') return `${shown}\ttext = ${data}\n`;
  if (type === 'MX') return `${shown}\tmail exchanger = ${data}\n`;
  return type === 'NS' ? `${shown}\tnameserver = ${data}\n` : `${shown}\n\torigin = ${data}\n`;
}

/** Models busybox networking/nslookup.c: a name without dots is asked for in every domain of the search list. */
function* applet(call: Call, { name, types, server, port }: Question): Steps<number> {
  const { context } = call;
  yield* call.print(`Server:\t\t${server}\nAddress:\t${server}:${port}\n\n`);
  const names = name.includes('.') ? [name] : searchNames(context, name).slice(0, -1);
  for (const type of types) {
    for (const candidate of names.length === 0 ? [name] : names) {
      const { answer } = yield* askServer(context, server, candidate, type, TRY_MS);
      if (answer === 'timeout' || answer === 'refused') {
        yield* call.print(';; connection timed out; no servers could be reached\n\n');
        return 1;
      }
      if (answer.code === 'NOERROR') {
        if (!answer.authoritative) yield* call.print('Non-authoritative answer:\n');
        for (const record of answer.answers) yield* call.print(recordText(record));
      } else {
        yield* call.print(`** server can't find ${withoutDot(candidate)}: ${answer.code}\n`);
        call.status = 1;
      }
      yield* call.print('\n');
    }
  }
  return call.status;
}
