/** One term of a field selector: `status.phase!=Running`. */
export interface FieldTerm {
  readonly field: string;
  readonly value: string;
  readonly equal: boolean;
}

export type FieldSelector = readonly FieldTerm[];

export class FieldSelectorError extends Error {
  override name = 'FieldSelectorError';
}

/** Parses `a=b,c!=d`; `\,` `\=` `\\` are escapes in values. Models apimachinery/pkg/fields ParseSelector. */
export function parseFieldSelector(text: string): FieldSelector {
  const terms: FieldTerm[] = [];
  for (const part of splitTerms(text)) {
    if (part === '') continue;
    const match = /^((?:[^\\=!]|\\.)*?)(!=|==|=)(.*)$/s.exec(part);
    if (!match) throw new FieldSelectorError(`invalid selector: '${part}'; can't understand '${part}'`);
    const [, field = '', operator, raw = ''] = match;
    terms.push({ field, value: unescapeValue(raw), equal: operator !== '!=' });
  }
  return terms;
}

function splitTerms(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '\\' && i + 1 < text.length) part += c + text[++i];
    else if (c === ',') {
      parts.push(part);
      part = '';
    } else part += c;
  }
  return [...parts, part];
}

function unescapeValue(value: string): string {
  return value.replace(/\\([\\,=])/g, '$1');
}

/** The value that a selector fixes a field to, if it does: `spec.nodeName=node01`. */
export function requiresExactMatch(selector: FieldSelector, field: string): string | undefined {
  return selector.find((term) => term.field === field && term.equal)?.value;
}
