import { expect, test } from 'vitest';
import { layOut } from './ps.ts';

const FIELDS = [
  { width: 6, right: true },
  { width: 5, right: true },
  { width: 8, right: false },
  { width: 4, right: false },
];

test.each([
  [['VSZ', 'RSS', 'TTY', 'STAT'], '   VSZ   RSS TTY      STAT'],
  [['56952', '13214', '?', 'Ss'], ' 56952 13214 ?        Ss'],
  // As the real one: what a wide number takes, the blanks behind the terminal give back.
  [['33515164', '254068', '?', 'RNl'], '33515164 254068 ?     RNl'],
])('cells %j stand at their columns', (row, line) => expect(layOut(row, FIELDS)).toBe(line));
