import type { Program } from '../../../host/index.ts';
import { MEANINGS } from './meanings.ts';

const WIDTH = 80;
const INDENT = 7;

/** Programs for the administrator are in section 8. */
const SECTION_8 = new Set(
  'apt apt-get apt-cache chroot dmesg ip iptables lsmod modprobe mount umount ping reboot service ss sudo swapoff sysctl useradd userdel usermod tc traceroute'.split(
    ' ',
  ),
);

export const sectionOf = (program: Program): string => (SECTION_8.has(program.name) ? '8' : '1');

/** The page, laid out for 80 columns; `styled`: headings and names in bold. */
export function manualPage(name: string, program: Program, styled: boolean): string {
  const bold = (text: string) => (styled ? `\x1b[1m${text}\x1b[0m` : text);
  const section = sectionOf(program);
  const title = `${name.toUpperCase()}(${section})`;
  const book = section === '8' ? 'System Administration' : 'User Commands';
  const { usage, options } = program.synopsis ?? { usage: [], options: [] };
  const parts = [
    ends(title, book, title),
    heading('NAME', bold),
    indented(`${name} - ${program.summary}`),
    heading('SYNOPSIS', bold),
    ...usage.map((form) => indented(`${bold(name)} ${form}`.trimEnd())),
    heading('DESCRIPTION', bold),
    ...wrapped(`${sentence(program.summary ?? name)}.`).map(indented),
    heading('OPTIONS', bold),
    options.map((option) => described(name, option, bold)).join('\n\n'),
    '',
    ends('Examlet', 'April 2024', title),
  ];
  return `${parts.join('\n')}\n`;
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const heading = (text: string, bold: (text: string) => string) => `\n${bold(text)}`;
const indented = (text: string) => ' '.repeat(INDENT) + text;

function ends(left: string, middle: string, right: string): string {
  const space = WIDTH - left.length - middle.length - right.length;
  const before = Math.max(1, Math.floor(space / 2));
  return left + ' '.repeat(before) + middle + ' '.repeat(Math.max(1, space - before)) + right;
}

function wrapped(text: string, width = WIDTH - INDENT - 2): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

const COMMON: Readonly<Record<string, string>> = {
  '--help': 'display this help and exit',
  '--version': 'output version information and exit',
};

function described(name: string, option: string, bold: (text: string) => string): string {
  const first = option.split(/,? /)[0] as string;
  const meaning = MEANINGS[name]?.[first.replace(/\[?=.*$/, '')] ?? COMMON[first];
  const head = indented(bold(option));
  return meaning === undefined
    ? head
    : `${head}\n${wrapped(meaning, WIDTH - 16)
        .map((line) => ' '.repeat(14) + line)
        .join('\n')}`;
}
