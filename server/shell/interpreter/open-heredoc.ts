import { parse } from 'unbash';

/** Whether a here-document still waits for its delimiter. */
export function openHereDocument(text: string): boolean {
  if (!text.includes('<<')) return false;
  let open = false;
  const visit = (node: unknown): void => {
    if (!node || typeof node !== 'object') return;
    const found = node as { type?: string; closing?: unknown; script?: unknown };
    if (found.type === 'HereDoc' && !found.closing) open = true;
    for (const value of Object.values(node as object)) {
      if (Array.isArray(value)) value.forEach(visit);
      else if (value && typeof value === 'object') visit(value);
    }
  };
  visit(parse(text));
  return open;
}
