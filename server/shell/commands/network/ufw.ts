import { firewallOf } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import { type Call, tool } from '../core/tool.ts';
import { changeRules } from './iptables-change.ts';
import { RuleError } from './iptables-rule.ts';
import {
  ACTIONS,
  isForBoth,
  kernelRules,
  parseRule,
  rulesIn,
  statusRow,
  tupleOf,
  UfwError,
  type UfwRule,
} from './ufw-rule.ts';

const DIRECTORY = '/etc/ufw';
const SETTINGS = `${DIRECTORY}/ufw.conf`;
const RULES = `${DIRECTORY}/user.rules`;
/** Chains of the kernel that hold what ufw is told. */
const CHAINS = { in: ['INPUT', 'ufw-user-input'], out: ['OUTPUT', 'ufw-user-output'] } as const;
const BEFORE = 'ufw-before-input';
/** What always gets in: the machine itself, answers, echoes. */
const ALWAYS = [
  ['-i', 'lo', '-j', 'ACCEPT'],
  ['-m', 'conntrack', '--ctstate', 'RELATED,ESTABLISHED', '-j', 'ACCEPT'],
  ['-p', 'icmp', '-j', 'ACCEPT'],
];

/** Ubuntu's front to iptables: rules are kept in files, and are the kernel's while it is enabled. */
export const ufw = tool({
  name: 'ufw',
  summary: 'program for managing a netfilter firewall',
  usage: 'COMMAND',
  version: 'ufw 0.36.2',
  paths: ['/usr/sbin/ufw'],
  options: 'force dry-run',
  inOrder: true,
  refusal: () => 'ERROR: Invalid syntax\n',
  *run(call) {
    if (call.options.has('dry-run')) call.fail('--dry-run is not simulated');
    const [command, ...words] = call.operands;
    if (command === undefined) return yield* said(call, 'ERROR: not enough args');
    if (command === 'version') {
      yield* call.print('ufw 0.36.2\nCopyright 2008-2023 Canonical Ltd.\n');
      return 0;
    }
    if (call.context.credentials.uid !== 0)
      return yield* said(call, 'ERROR: You need to be root to run this script');
    try {
      return yield* obeyed(call, new Ufw(call), command, words);
    } catch (error) {
      if (!(error instanceof UfwError) && !(error instanceof RuleError)) throw error;
      return yield* said(call, `ERROR: ${error.message}`);
    }
  },
});

function* said(call: Call, text: string): Steps<number> {
  yield* call.context.err(`${text}\n`);
  return 1;
}

function* obeyed(call: Call, ufw: Ufw, command: string, words: readonly string[]): Steps<number> {
  switch (command) {
    case 'status':
      yield* call.print(ufw.status(words[0]));
      return 0;
    case 'enable':
      if (!(yield* isSure(call, 'Command may disrupt existing ssh connections. '))) return 1;
      ufw.enable();
      yield* call.print('Firewall is active and enabled on system startup\n');
      return 0;
    case 'disable':
      ufw.disable();
      yield* call.print('Firewall stopped and disabled on system startup\n');
      return 0;
    case 'reload':
      if (ufw.enabled) ufw.enable();
      yield* call.print(ufw.enabled ? 'Firewall reloaded\n' : 'Firewall not enabled (skipping reload)\n');
      return 0;
    case 'reset':
      if (!(yield* isSure(call, 'Resetting all rules to installed defaults. '))) return 1;
      ufw.disable();
      ufw.keep([]);
      return 0;
    case 'default':
      yield* call.print(ufw.setDefault(words[0] ?? '', words[1] ?? 'incoming'));
      return 0;
    case 'logging':
      yield* call.print(`Logging ${ufw.setLogging(words[0] ?? '') ? 'enabled' : 'disabled'}\n`);
      return 0;
    case 'app':
      if (words[0] !== 'list') throw new UfwError('Invalid syntax');
      yield* call.print('Available applications:\n  OpenSSH\n');
      return 0;
    case 'delete':
      return yield* deleted(call, ufw, words);
    case 'insert':
    case 'prepend':
      yield* call.print(
        command === 'insert'
          ? ufw.add(ruleOf(words.slice(1)), Number(words[0]) - 1)
          : ufw.add(ruleOf(words), 0),
      );
      return 0;
    case 'route':
    case 'show':
      throw new UfwError(`${command} is not simulated`);
    default:
      yield* call.print(ufw.add(ruleOf([command, ...words])));
      return 0;
  }
}

function ruleOf([action = '', ...words]: readonly string[]): UfwRule {
  if (!(ACTIONS as readonly string[]).includes(action)) throw new UfwError('Invalid syntax');
  return parseRule(action, words);
}

function* deleted(call: Call, ufw: Ufw, words: readonly string[]): Steps<number> {
  const [number = ''] = words;
  if (!/^\d+$/.test(number)) {
    yield* call.print(ufw.remove(ruleOf(words)));
    return 0;
  }
  const rule = ufw.rules[Number(number) - 1];
  if (!rule) throw new UfwError(`Could not find rule '${number}'`);
  const shown = [rule.action, ...(rule.port === 'any' ? [] : [rule.port])].join(' ');
  if (!(yield* isSure(call, `Deleting:\n ${shown}\n`))) return 1;
  ufw.remove(rule);
  yield* call.print('Rule deleted\n');
  return 0;
}

/** Asks before something that may cut off who asks for it. */
function* isSure(call: Call, warning: string): Steps<boolean> {
  const isRemote = call.context.env.has('SSH_CONNECTION') || call.context.env.has('SUDO_USER');
  if (call.options.has('force') || (warning.startsWith('Command') && !isRemote)) return true;
  yield* call.print(`${warning}Proceed with operation (y|n)? `);
  yield* call.flush();
  if (/^y/i.test((yield* call.stdin.line()) ?? '')) return true;
  yield* call.print('Aborted\n');
  return false;
}

/** The firewall's files, and what the kernel knows of them. */
class Ufw {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  get enabled(): boolean {
    return this.#setting('ENABLED', 'no') === 'yes';
  }

  get rules(): UfwRule[] {
    const { fs } = this.#call.context;
    return fs.isFile(RULES) ? rulesIn(fs.read(RULES)) : [];
  }

  status(how: string | undefined): string {
    if (!this.enabled) return 'Status: inactive\n';
    const isLong = how !== undefined;
    const about =
      how === 'verbose'
        ? `Logging: ${this.#setting('LOGLEVEL', 'low') === 'off' ? 'off' : 'on (low)'}\nDefault: ${this.#default('incoming')} (incoming), ${this.#default('outgoing')} (outgoing), disabled (routed)\nNew profiles: skip\n`
        : '';
    const rows = [
      ...this.rules.map((rule) => statusRow(rule, isLong, false)),
      ...this.rules.filter(isForBoth).map((rule) => statusRow(rule, isLong, true)),
    ];
    if (rows.length === 0) return `Status: active\n${about}`;
    const head = ['To', '--'].map(
      (first, i) =>
        `${first.padEnd(26)} ${(i === 0 ? 'Action' : '------').padEnd(12)}${i === 0 ? 'From' : '----'}`,
    );
    if (how !== 'numbered') return `Status: active\n${about}\n${[...head, ...rows].join('\n')}\n\n`;
    const numbered = rows.map((row, i) => `[${String(i + 1).padStart(2)}] ${row}`);
    return `Status: active\n\n${[...head.map((row) => `     ${row}`), ...numbered].join('\n')}\n\n`;
  }

  enable(): void {
    this.#clear();
    this.#set('ENABLED', 'yes');
    this.#change('N', [BEFORE]);
    for (const words of ALWAYS) this.#change('A', [BEFORE], words);
    this.#change('A', ['INPUT'], ['-j', BEFORE]);
    for (const direction of ['in', 'out'] as const) {
      const [chain, user] = CHAINS[direction];
      this.#change('N', [user]);
      for (const rule of this.rules.filter((one) => one.direction === direction))
        for (const words of kernelRules(rule)) this.#change('A', [user], words);
      this.#change('A', [chain], ['-j', user]);
      const policy = this.#default(direction === 'in' ? 'incoming' : 'outgoing');
      if (policy !== 'allow') this.#change('A', [chain], ['-j', policy === 'reject' ? 'REJECT' : 'DROP']);
    }
  }

  disable(): void {
    this.#clear();
    this.#set('ENABLED', 'no');
  }

  /** Takes away what `enable` has put into the kernel, the rules of others stay. */
  #clear(): void {
    if (!firewallOf(this.#call.context, 'filter')[BEFORE]) return;
    this.#change('D', ['INPUT'], ['-j', BEFORE]);
    for (const [chain, user] of Object.values(CHAINS)) {
      this.#change('D', [chain], ['-j', user]);
      const policy = this.#default(chain === 'INPUT' ? 'incoming' : 'outgoing');
      if (policy !== 'allow') this.#change('D', [chain], ['-j', policy === 'reject' ? 'REJECT' : 'DROP']);
      this.#change('F', [user]);
      this.#change('X', [user]);
    }
    this.#change('F', [BEFORE]);
    this.#change('X', [BEFORE]);
  }

  add(rule: UfwRule, at?: number): string {
    const both = (text: string) => `${text}\n${isForBoth(rule) ? `${text} (v6)\n` : ''}`;
    const { rules } = this;
    const same = ({ action: _action, ...one }: UfwRule) => JSON.stringify(one);
    const known = rules.findIndex((one) => same(one) === same(rule));
    if (known >= 0 && rules[known]?.action === rule.action) return both('Skipping adding existing rule');
    if (known >= 0) rules[known] = rule;
    else rules.splice(at ?? rules.length, 0, rule);
    this.keep(rules);
    if (!this.enabled) return both('Rules updated');
    return both(known >= 0 ? 'Rule updated' : at === undefined ? 'Rule added' : 'Rule inserted');
  }

  remove(rule: UfwRule): string {
    const both = (text: string) => `${text}\n${isForBoth(rule) ? `${text} (v6)\n` : ''}`;
    const rest = this.rules.filter((one) => tupleOf(one) !== tupleOf(rule));
    if (rest.length === this.rules.length) return both('Could not delete non-existent rule');
    this.keep(rest);
    return both(this.enabled ? 'Rule deleted' : 'Rules updated');
  }

  keep(rules: readonly UfwRule[]): void {
    const { fs } = this.#call.context;
    fs.mkdirAll(DIRECTORY);
    fs.write(
      RULES,
      `*filter\n### RULES ###\n\n${rules.map((rule) => `${tupleOf(rule)}\n`).join('')}### END RULES ###\nCOMMIT\n`,
    );
    if (this.enabled) this.enable();
  }

  setDefault(policy: string, direction: string): string {
    if (!/^(allow|deny|reject)$/.test(policy) || !/^(incoming|outgoing)$/.test(direction))
      throw new UfwError('Invalid syntax');
    const isOn = this.enabled;
    if (isOn) this.#clear();
    this.#set(`DEFAULT_${direction}`, policy);
    if (isOn) this.enable();
    return `Default ${direction} policy changed to '${policy}'\n(be sure to update your rules accordingly)\n`;
  }

  setLogging(word: string): boolean {
    if (!/^(on|off|low|medium|high|full)$/.test(word)) throw new UfwError('Invalid syntax');
    this.#set('LOGLEVEL', word === 'on' ? 'low' : word);
    return word !== 'off';
  }

  #default(direction: string): string {
    return this.#setting(`DEFAULT_${direction}`, direction === 'incoming' ? 'deny' : 'allow');
  }

  #setting(name: string, otherwise: string): string {
    const { fs } = this.#call.context;
    const text = fs.isFile(SETTINGS) ? fs.read(SETTINGS) : '';
    return new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? otherwise;
  }

  #set(name: string, value: string): void {
    const { fs } = this.#call.context;
    const text = fs.isFile(SETTINGS) ? fs.read(SETTINGS) : '';
    fs.mkdirAll(DIRECTORY);
    const others = text.split('\n').filter((line) => line !== '' && !line.startsWith(`${name}=`));
    fs.write(SETTINGS, `${[...others, `${name}=${value}`].join('\n')}\n`);
  }

  #change(letter: string, operands: readonly string[], words: readonly string[] = []): void {
    changeRules(this.#call.context, 'filter', letter, operands, words);
  }
}
