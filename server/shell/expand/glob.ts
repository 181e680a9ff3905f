import type { Context } from '../../host/index.ts';
import { isSystemError } from '../../host/index.ts';
import { append, PREEMPT, type Steps } from '../../sim/index.ts';
import { pattern as compile, hasMagic, unquotePattern } from './pattern.ts';

export interface GlobOptions {
  dotGlob: boolean;
  ignoreCase: boolean;
  globStar: boolean;
  /** `.` and `..` are never found, but by their own names. */
  skipDots: boolean;
  extended: boolean;
}

/** Paths that match a pattern, sorted; empty when none does. */
export function* glob(context: Context, source: string, options: GlobOptions): Steps<string[]> {
  const absolute = source.startsWith('/');
  const parts = splitPath(absolute ? source.replace(/^\/+/, '') : source);
  const slashes = absolute ? (/^\/+/.exec(source)?.[0] ?? '/') : '';
  const found = yield* expandParts(context, slashes, parts, options);
  return [...new Set(found)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Components of a pattern; a slash inside brackets or a group does not part them. */
function splitPath(source: string): string[] {
  const parts: string[] = [];
  let current = '';
  let depth = 0;
  for (let i = 0; i < source.length; i++) {
    const char = source[i] as string;
    if (char === '\\') {
      current += char + (source[++i] ?? '');
      continue;
    }
    if (char === '(' && '?*+@!'.includes(source[i - 1] ?? ' ')) depth++;
    else if (char === ')' && depth > 0) depth--;
    if (char === '/' && depth === 0) {
      parts.push(current);
      current = '';
    } else current += char;
  }
  parts.push(current);
  return parts;
}

function* expandParts(
  context: Context,
  base: string,
  parts: readonly string[],
  options: GlobOptions,
): Steps<string[]> {
  const [part, ...rest] = parts;
  if (part === undefined) return [base];
  if (part === '' && rest.length === 0) return base !== '' && context.fs.isDirectory(base) ? [base] : [];
  if (options.globStar && part === '**') return yield* anyDepth(context, base, rest, options);
  if (!hasMagic(part, options.extended)) {
    const path = base + unquotePattern(part);
    if (rest.length === 0) return context.fs.tryStat(path, false) ? [path] : [];
    return yield* expandParts(context, `${path}/`, rest, options);
  }
  const out: string[] = [];
  for (const name of matchingNames(context, base, part, options)) {
    if (context.process.spend()) yield PREEMPT;
    const path = base + name;
    if (rest.length === 0) out.push(path);
    else if (context.fs.isDirectory(path))
      append(out, yield* expandParts(context, `${path}/`, rest, options));
  }
  return out;
}

function matchingNames(context: Context, base: string, part: string, options: GlobOptions): string[] {
  const matcher = compile(part, { ignoreCase: options.ignoreCase, extended: options.extended });
  const dots = part.startsWith('.') || part.startsWith('\\.');
  const names = dots ? ['.', '..', ...list(context, base)] : list(context, base);
  return names.filter((name) => {
    if (name.startsWith('.') && !dots && !options.dotGlob) return false;
    if (options.skipDots && (name === '.' || name === '..') && !/^\\?\.(?:\\?\.)?$/.test(part)) return false;
    return matcher.matches(name);
  });
}

function* anyDepth(
  context: Context,
  base: string,
  rest: readonly string[],
  options: GlobOptions,
): Steps<string[]> {
  const out: string[] = [];
  if (rest.length > 0) append(out, yield* expandParts(context, base, rest, options));
  else if (base !== '') out.push(base);
  for (const name of list(context, base)) {
    if (context.process.spend()) yield PREEMPT;
    if (name.startsWith('.') && !options.dotGlob) continue;
    const path = base + name;
    const stat = context.fs.tryStat(path, false);
    if (stat?.type === 'directory')
      append(out, (yield* anyDepth(context, `${path}/`, rest, options)).map(trim(rest, path)));
    else if (rest.length === 0) out.push(path);
  }
  return out;
}

/** A directory found by a final `**` is shown without its slash. */
function trim(rest: readonly string[], path: string): (found: string) => string {
  return (found) => (rest.length === 0 && found === `${path}/` ? path : found);
}

function list(context: Context, directory: string): string[] {
  try {
    return context.fs.list(directory === '' ? '.' : directory);
  } catch (error) {
    if (isSystemError(error)) return [];
    throw error;
  }
}
