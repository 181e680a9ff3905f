/** A string, a list, a hash, a set. */
export type RedisValue =
  | { readonly type: 'string'; readonly text: string }
  | { readonly type: 'list'; readonly items: readonly string[] }
  | { readonly type: 'hash'; readonly fields: readonly (readonly [string, string])[] }
  | { readonly type: 'set'; readonly members: readonly string[] };

export interface Held {
  readonly value: RedisValue;
  /** When it expires, in ms. */
  readonly until?: number;
}

export type Reply =
  | string
  | number
  | undefined
  | readonly Reply[]
  | { readonly error: string }
  | { readonly status: string };

export const OK: Reply = { status: 'OK' };
export const NIL: Reply = undefined;

/** `*` alone is special: that is what people write. */
export function glob(pattern: string, text: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === pattern;
  let at = head.length;
  if (!text.startsWith(head)) return false;
  for (const part of rest.slice(0, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  const tail = rest.at(-1) ?? '';
  return text.length - tail.length >= at && text.endsWith(tail);
}

/** As redis-cli prints a reply: plainly, or with types. */
export function showReply(reply: Reply, plain: boolean): string {
  if (reply === undefined) return plain ? '' : '(nil)';
  if (typeof reply === 'number') return plain ? String(reply) : `(integer) ${reply}`;
  if (typeof reply === 'string') return plain || reply.includes('\r\n') ? reply : JSON.stringify(reply);
  if ('error' in reply) return plain ? `${reply.error}\n` : `(error) ${reply.error}`;
  if ('status' in reply) return reply.status;
  if (reply.length === 0) return plain ? '' : '(empty array)';
  return reply
    .map((one, i) => (plain ? showReply(one, true) : `${i + 1}) ${showReply(one, false)}`))
    .join('\n');
}

/** As it stands on the wire (RESP 2). */
export function encodeReply(reply: Reply): string {
  if (reply === undefined) return '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
  if ('error' in reply) return `-${reply.error}\r\n`;
  if ('status' in reply) return `+${reply.status}\r\n`;
  return `*${reply.length}\r\n${reply.map(encodeReply).join('')}`;
}
