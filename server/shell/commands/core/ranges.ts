import { quote } from './quote.ts';

/** Inclusive, counted from one; the end may be infinite. */
export type Range = readonly [number, number];

/** `1,3-5,7-` as sorted ranges; the text of the problem when it is not one. */
export function parseRanges(list: string, what: 'field' | 'byte/character'): Range[] | string {
  const ranges: Range[] = [];
  for (const part of list.split(/[, \t]/)) {
    const match = /^(\d*)(-?)(\d*)$/.exec(part);
    if (!match) {
      const bad = /^\d*-\d*-/.test(part) || part.includes('-') ? 'range' : 'value';
      if (what === 'field') return `invalid field ${bad} ${quote(part)}`;
      return bad === 'range'
        ? `invalid byte or character range ${quote(part)}`
        : `invalid byte/character position ${quote(part)}`;
    }
    const [, from = '', dash, to = ''] = match;
    if (from === '' && to === '') {
      return dash === '' ? numbered(what) : 'invalid range with no endpoint: -';
    }
    const low = from === '' ? 1 : Number(from);
    const high = dash === '' ? low : to === '' ? Number.POSITIVE_INFINITY : Number(to);
    if (low === 0 || high === 0) return numbered(what);
    if (high < low) return 'invalid decreasing range';
    ranges.push([low, high]);
  }
  return ranges.sort((a, b) => a[0] - b[0]);
}

function numbered(what: 'field' | 'byte/character'): string {
  return what === 'field' ? 'fields are numbered from 1' : 'byte/character positions are numbered from 1';
}

export function inRanges(ranges: readonly Range[], position: number): boolean {
  return ranges.some(([low, high]) => position >= low && position <= high);
}
