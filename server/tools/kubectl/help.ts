import type { FlagSpec } from '../pflag.ts';
import { GLOBAL_FLAGS, GROUPS } from './command-table.ts';
import { flagText } from './flag-texts.ts';
import { childrenOf, commandAt, flagsOf } from './flags.ts';
import { examplesOf } from './help-examples.ts';
import { LONG_TEXTS } from './help-texts.ts';

const OPTIONS_HINT =
  'Use "kubectl options" for a list of global command-line options (applies to all commands).';

/** The help of a command; '' is kubectl itself. Models kubectl's templater. */
export function helpFor(path: string, options: { headless?: boolean } = {}): string {
  const spec = commandAt(path);
  const examples = examplesOf(path);
  const sections: string[] = [];
  if (!options.headless) {
    sections.push(path === '' ? ROOT_TEXT : (LONG_TEXTS[path] ?? `${spec?.short ?? ''}.`));
    if (spec?.aliases?.length) sections.push(`Aliases:\n${[lastWord(path), ...spec.aliases].join(', ')}`);
    if (examples !== '') sections.push(`Examples:\n${indentLines(examples)}`);
  }
  sections.push(...subcommandSections(path));
  const flags = flagSection(path);
  if (flags !== '') sections.push(flags);
  const use = path === '' ? 'kubectl [flags] [options]' : (spec?.use ?? '');
  sections.push(`Usage:\n  ${use}`);
  const name = path === '' ? 'kubectl' : `kubectl ${path}`;
  const parent = path === '' || childrenOf(path).length > 0;
  const more = parent ? `Use "${name} <command> --help" for more information about a given command.\n` : '';
  return `${sections.join('\n\n')}\n\n${more}${OPTIONS_HINT}\n`;
}

const ROOT_TEXT = `kubectl controls the Kubernetes cluster manager.

 Find more information at: https://kubernetes.io/docs/reference/kubectl/`;

function lastWord(path: string): string {
  return path.split(' ').at(-1) as string;
}

function indentLines(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

const HIDDEN_COMMANDS = new Set(['options', 'alpha', 'help', '__complete', '__completeNoDesc']);

function subcommandSections(path: string): string[] {
  if (path === '') {
    const all = GROUPS.flatMap((group) => group.commands);
    const width = Math.max(...all.map((name) => name.length));
    return GROUPS.map((group) => {
      const lines = group.commands.map((name) => `  ${name.padEnd(width)}   ${commandAt(name)?.short ?? ''}`);
      return [group.title, ...lines].join('\n');
    });
  }
  const children = childrenOf(path).filter((child) => !HIDDEN_COMMANDS.has(lastWord(child.path)));
  if (children.length === 0) return [];
  // The templater pads names to eleven columns at least.
  const width = Math.max(11, ...children.map((child) => lastWord(child.path).length));
  const lines = children.map((child) => `  ${lastWord(child.path).padEnd(width)}   ${child.short}`);
  return [['Available Commands:', ...lines].join('\n')];
}

function flagSection(path: string): string {
  const own = [...flagsOf(path).values()].filter((flag) => !flag.global && !flag.hidden);
  if (own.length === 0) return '';
  return `Options:\n${flagLines(path, own)}`;
}

function flagLines(path: string, flags: readonly FlagSpec[]): string {
  const sorted = [...flags].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted
    .map((flag) => {
      const short = flag.short ? `-${flag.short}, ` : '';
      return `    ${short}--${flag.name}=${defaultText(flag)}:\n\t${flagText(path, flag.name)}`;
    })
    .join('\n\n');
}

/** Flags whose type prints no default when it is empty. */
const BARE_DEFAULTS = new Set(['aggregation-rule', 'vmodule']);

function defaultText(flag: FlagSpec): string {
  if (BARE_DEFAULTS.has(flag.name)) return flag.default;
  if (flag.type === 'string') return `'${flag.default}'`;
  if (flag.type === 'list' || flag.type === 'array' || flag.type === 'map') return `[${flag.default}]`;
  return flag.default;
}

/** What `kubectl options` prints. */
export function optionsText(home: string): string {
  const names = new Set(GLOBAL_FLAGS.map((text) => text.split(/[/:]/)[0]));
  const flags = [...flagsOf('').values()]
    .filter((flag) => names.has(flag.name))
    .map((flag) => ({ ...flag, default: flag.default.replace('$HOME', home) }));
  return `The following options can be passed to any command:\n\n${flagLines('', flags)}\n`;
}
