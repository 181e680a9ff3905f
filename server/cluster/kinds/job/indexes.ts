const MAX_INT32 = 2 ** 31 - 1;

/**
 * `0,3-5,7` as ranges, or what is wrong with it: a status is checked in the words of Go. Models pkg/apis/batch/validation
 * validateIndexesFormat.
 */
export function parseIndexes(
  text: string,
  completions: number,
): readonly (readonly [number, number])[] | string {
  if (text === '') return [];
  const ranges: [number, number][] = [];
  let last = -1;
  for (const interval of text.split(',')) {
    const limits = interval.split('-');
    if (limits.length > 2)
      return `the fragment ${JSON.stringify(interval)} violates the requirement that an index interval can have at most two parts separated by '-'`;
    const [first, end = first] = limits.map(Number) as [number, number?];
    for (const [i, part] of limits.entries()) {
      const value = Number(part);
      if (!/^[+-]?\d+$/.test(part) || Math.abs(value) > MAX_INT32)
        return `cannot convert string to integer for index: ${JSON.stringify(part)}`;
      if (value <= last && i === 0) return `non-increasing order, previous: ${last}, current: ${value}`;
      if (value >= completions) return `too large index: ${JSON.stringify(part)}`;
      if (i === 1 && value <= first) return `non-increasing order, previous: ${first}, current: ${value}`;
    }
    ranges.push([first, end]);
    last = end;
  }
  return ranges;
}
