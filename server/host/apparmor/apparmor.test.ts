import { describe, expect, test } from 'vitest';
import { parsePolicy } from './parser.ts';
import { allowsCapability, allowsFile, type FileAccess, type Profile } from './profile.ts';

const INCLUDES: Record<string, string> = {
  'tunables/global': '@{PROC}=/proc/\n@{HOME}=/home/*/ /root/\n',
};
const parse = (text: string) => parsePolicy(text, (name) => INCLUDES[name] ?? many(name));

/** Files that each include the next ten times. */
function many(name: string): string | undefined {
  const [, number] = /^many\/(\d+)$/.exec(name) ?? [];
  return number && `#include <many/${Number(number) + 1}>\n`.repeat(number === '20' ? 0 : 10);
}

const [denyWrite, nginx] = parse(`#include <tunables/global>
profile deny-write flags=(attach_disconnected) {
  file,
  # Deny all file writes.
  deny /** w,
}
/usr/sbin/nginx flags=(complain, attach_disconnected) { capability, }
`) as [Profile, Profile];
const web = parse(`#include <tunables/global>
profile web { file, deny /{usr/,}bin/{dash,sh} mrwklx, deny @{HOME}/** rw, deny @{PROC}/* w, deny /etc/*.conf w,
  capability chown net_raw, deny capability net_raw, }`)[0] as Profile;

describe('profiles', () => {
  test.each<[Profile, FileAccess, string, boolean]>([
    [denyWrite, 'r', '/', true],
    [denyWrite, 'r', '/etc/passwd', true],
    [denyWrite, 'w', '/tmp/a', false],
    [denyWrite, 'x', '/bin/sh', true],
    [nginx, 'w', '/tmp/a', true],
    [web, 'x', '/usr/bin/dash', false],
    [web, 'x', '/bin/sh', false],
    [web, 'x', '/bin/bash', true],
    [web, 'r', '/root/.ssh/id', false],
    [web, 'r', '/home/a/b/c', false],
    [web, 'r', '/home/a', true],
    [web, 'w', '/proc/kcore', false],
    [web, 'w', '/proc/1/oom_adj', true],
    [web, 'w', '/etc/a.conf', false],
    [web, 'w', '/etc/a/b.conf', true],
  ])('%#: %j %s %s', (profile, access, path, allowed) => {
    expect(allowsFile(profile, path, access)).toBe(allowed);
  });

  test('capabilities', () => {
    const of = (profile: Profile) =>
      ['CHOWN', 'NET_RAW', 'KILL'].map((name) => allowsCapability(profile, name));
    expect([of(denyWrite), of(nginx), of(web)]).toEqual([
      [false, false, false],
      [true, true, true],
      [true, false, false],
    ]);
  });

  test.each([
    ['profile a { file }', 1, 'syntax error, unexpected TOK_CLOSE'],
    ['profile a {\n  /etc/x rwz,\n}', 2, 'syntax error, unexpected TOK_END_OF_RULE, expecting TOK_MODE'],
    ['profile a {\n  file,', 2, 'syntax error, unexpected $end, expecting TOK_CLOSE'],
    ['profile a {\n  @{NOPE}/x r,\n}', 2, 'Found reference to variable NOPE, but is never declared'],
    ['#include <nope>\n', 1, "Could not open 'nope'"],
    ['@{A}=@{A}\nprofile a { @{A}/x r, }', 2, 'Memory allocation error.'],
    ['#include <many/0>\n', 1, 'Memory allocation error.'],
    [`profile a { ${'/{a,b}'.repeat(30)} r, }`, 1, 'Memory allocation error.'],
  ])('%j is refused', (text, line, message) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ line, message }));
  });

  test('what somebody writes takes no time to speak of', () => {
    const [profile] = parse(`profile a { deny /${'**a'.repeat(100)}b w, file, }`) as [Profile];
    expect(allowsFile(profile, `/${'a'.repeat(1000)}`, 'w')).toBe(true);
  });
});
