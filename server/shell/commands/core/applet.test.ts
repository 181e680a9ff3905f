import { expect, test } from 'vitest';
import { appletWords } from './applet.ts';

test.each([
  ['cat', 'nofile: No such file or directory', "can't open 'nofile': No such file or directory"],
  ['cat', 'nofile: Is a directory', 'nofile: Is a directory'],
  ['ls', "cannot access 'x': No such file or directory", 'x: No such file or directory'],
  ['rm', "cannot remove 'x': No such file or directory", "can't remove 'x': No such file or directory"],
  ['cp', "cannot stat 'x': No such file or directory", "can't stat 'x': No such file or directory"],
  ['mv', "cannot stat 'x': No such file or directory", "can't rename 'x': No such file or directory"],
  ['mkdir', 'cannot create directory ‘/tmp’: File exists', "can't create directory '/tmp': File exists"],
  [
    'tail',
    "cannot open 'x' for reading: No such file or directory",
    "can't open 'x': No such file or directory",
  ],
  ['head', "cannot open 'x' for reading: No such file or directory", 'x: No such file or directory'],
  ['id', '‘bob’: no such user', 'unknown user bob'],
  ['date', 'invalid date ‘x’', "invalid date 'x'"],
])('%s: %s', (tool, gnu, busybox) => {
  expect(appletWords(tool, gnu)).toBe(busybox);
});
