import type { Steps } from '../../sim/index.ts';
import { expandQuotedText } from '../expand/expand.ts';
import { passwdEntry } from '../expand/tilde.ts';
import type { Shell } from './shell.ts';
import { shellDate } from './shell-date.ts';

/** Expands a prompt: its escapes, then (with `promptvars`) parameters and substitutions. */
export function* promptText(shell: Shell, prompt: string): Steps<string> {
  const escaped = expandPromptEscapes(shell, prompt);
  if (!shell.options.shopt('promptvars')) return escaped;
  const { status } = shell;
  try {
    return yield* expandQuotedText(shell, escaped);
  } finally {
    shell.status = status;
  }
}

// Models bash parse.y decode_prompt_string
export function expandPromptEscapes(shell: Shell, prompt: string): string {
  return prompt.replace(
    /\\(?:D\{([^}]*)\}|([0-7]{1,3})|([\s\S]))/g,
    (all, format?: string, octal?: string, letter?: string) => {
      if (format !== undefined) return shellDate(shell, format === '' ? '%X' : format, shell.context.now);
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      return escapeOf(shell, letter as string) ?? all;
    },
  );
}

function escapeOf(shell: Shell, letter: string): string | undefined {
  const { now } = shell.context;
  switch (letter) {
    case 'a':
      return '\x07';
    case 'd':
      return shellDate(shell, '%a %b %d', now);
    case 'e':
      return '\x1b';
    case 'h':
      return shell.context.hostname.split('.')[0];
    case 'H':
      return shell.context.hostname;
    case 'j':
      return String(shell.jobs.list().length);
    case 'l':
      return shell.context.terminal?.name.split('/').at(-1) ?? 'tty';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 's':
      return shell.arg0.replace(/^-/, '').split('/').at(-1);
    case 't':
      return shellDate(shell, '%H:%M:%S', now);
    case 'T':
      return shellDate(shell, '%I:%M:%S', now);
    case '@':
      return shellDate(shell, '%I:%M %p', now);
    case 'A':
      return shellDate(shell, '%H:%M', now);
    case 'u':
      return passwdEntry(shell, shell.context.credentials.uid)?.[0] ?? 'I have no name!';
    case 'v':
      return '5.2';
    case 'V':
      return '5.2.21';
    case 'w':
      return shortDirectory(shell);
    case 'W':
      return lastDirectory(shell);
    case '!':
      return String(shell.history.next);
    case '#':
      return String(shell.commandNumber);
    case '$':
      return shell.context.credentials.uid === 0 ? '#' : '$';
    case '[':
      return '\x01';
    case ']':
      return '\x02';
    case '\\':
      return '\\\\';
    default:
      return undefined;
  }
}

function workingDirectory(shell: Shell): string {
  return shell.variables.get('PWD') ?? shell.context.cwd;
}

function shortDirectory(shell: Shell): string {
  const { home } = shell;
  const pwd = workingDirectory(shell);
  const shown =
    home !== '' && home !== '/' && (pwd === home || pwd.startsWith(`${home}/`))
      ? `~${pwd.slice(home.length)}`
      : pwd;
  const keep = Number(shell.variables.get('PROMPT_DIRTRIM') ?? 0);
  if (!(keep > 0)) return shown;
  const head = shown.startsWith('~') ? '~/' : '';
  const parts = shown.slice(head === '' ? 1 : 2).split('/');
  return parts.length > keep ? `${head}.../${parts.slice(-keep).join('/')}` : shown;
}

function lastDirectory(shell: Shell): string {
  const pwd = workingDirectory(shell);
  if (pwd === shell.home && pwd !== '/') return '~';
  return pwd === '/' ? '/' : (pwd.split('/').at(-1) as string);
}
