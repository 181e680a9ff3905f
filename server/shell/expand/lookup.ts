import { elementOf, splitReference } from '../interpreter/assign.ts';
import type { Shell } from '../interpreter/shell.ts';
import { isAssociative, isIndexed, scalarOf } from '../interpreter/variables.ts';

/** What a parameter stands for before any operation. */
export interface Parameter {
  /** As messages show it: `x`, `a[5]`, `1`. */
  readonly shown: string;
  readonly name: string;
  readonly subscript: string | undefined;
  /** Undefined: not set. */
  readonly value: string | undefined;
  /** Set for `@` and `*`, of an array or of the positional parameters. */
  readonly list?: { readonly kind: '@' | '*'; readonly items: readonly string[] };
}

/** Finds a parameter by name and (expanded) subscript. */
export function lookUp(
  shell: Shell,
  name: string,
  subscript: string | undefined,
  expanded = false,
): Parameter {
  if (name === '@' || name === '*') return listOf(name, name, shell.positional);
  if (!/^[A-Za-z_]/.test(name))
    return { shown: name, name, subscript: undefined, value: special(shell, name) };
  if (name === '_') return { shown: name, name, subscript, value: shell.lastArgument };
  let target = shell.variables.target(name);
  let key = subscript;
  const reference = splitReference(target);
  if (reference?.subscript !== undefined && key === undefined) {
    target = shell.variables.target(reference.name);
    key = reference.subscript;
  }
  const value = shell.variables.find(target)?.value;
  if (key === undefined) return { shown: name, name: target, subscript: undefined, value: scalarOf(value) };
  const shown = `${name}[${key}]`;
  // A key `@` that came of an expansion is one like others.
  if ((key === '@' || key === '*') && !(expanded && isAssociative(value))) {
    let items: string[] = [];
    if (isIndexed(value)) items = value.values();
    else if (isAssociative(value)) items = value.keys().map((k) => value.get(k) as string);
    else if (value !== undefined) items = [value];
    return { ...listOf(target, key, items), shown, subscript: key };
  }
  return { shown, name: target, subscript: key, value: elementOf(shell, target, key) };
}

function special(shell: Shell, name: string): string | undefined {
  switch (name) {
    case '?':
      return String(shell.status);
    case '#':
      return String(shell.positional.length);
    case '$':
      return String(shell.pid);
    case '!':
      return shell.lastBackground === undefined ? undefined : String(shell.lastBackground);
    case '-': {
      const { command, stdin } = shell.invocation;
      const letters = shell.options.letters().split('');
      if (shell.interactive) letters.splice(letters.findIndex((l) => l > 'h' && l >= 'a') >>> 0, 0, 'i');
      return `${letters.join('')}${command && !shell.posix ? 'c' : ''}${stdin ? 's' : ''}`;
    }
    case '0':
      return shell.arg0;
    default:
      return shell.positional[Number(name) - 1];
  }
}

/** The parameter that a list of texts is. */
export function listOf(name: string, kind: string, items: readonly string[]): Parameter {
  return {
    shown: name,
    name,
    subscript: undefined,
    value: items.length > 0 ? items.join(' ') : undefined,
    list: { kind: kind as '@' | '*', items },
  };
}
