import type { ObjectReference, ObjectSelection } from './evidence.ts';

/** Parses `deployment/web -n shop` or `deployment web -n shop`; undefined when it is neither. */
export function parseReference(text: string): ObjectReference | undefined {
  const parts = words(text);
  const { namespace, selector, rest } = flags(parts);
  if (selector !== undefined) return undefined;
  const [kind, name, more] = rest.length === 1 ? (rest[0] as string).split('/') : rest;
  if (!kind || !name || more !== undefined) return undefined;
  return { kind, name, namespace };
}

/** Parses `pods -n shop -l app=web`. */
export function parseSelection(text: string): ObjectSelection | undefined {
  const { namespace, selector, rest } = flags(words(text));
  const [kind] = rest;
  if (rest.length !== 1 || !kind || kind.includes('/')) return undefined;
  return { kind, namespace, selector };
}

export function showReference({ kind, name, namespace }: ObjectReference): string {
  return `${kind}/${name}${namespace === undefined ? '' : ` -n ${namespace}`}`;
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

function flags(parts: readonly string[]) {
  let namespace: string | undefined;
  let selector: string | undefined;
  const rest: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as string;
    if (part === '-n') namespace = parts[++i] ?? '';
    else if (part === '-l') selector = parts[++i] ?? '';
    else rest.push(part);
  }
  return { namespace, selector, rest };
}
