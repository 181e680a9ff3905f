import { describe, expect, test } from 'vitest';
import { TestWorld } from '../testing.ts';

const world = new TestWorld();

function jq(args: readonly string[], stdin = ''): string {
  const { stdout, stderr, status } = world.run(['jq', ...args], { stdin });
  return `${stdout}${stderr}${status === 0 ? '' : `(${status})`}`;
}

describe('jq 1.7, where it is not as the machine’s own (which the corpus asks)', () => {
  test.each<[readonly string[], string, string]>([
    [['-c', '.'], '[1.000, 1.0, 100e-2, 12345678901234567890]', '[1.000,1.0,1.00,12345678901234567890]\n'],
    [['-c', '.'], '1e3 1e1000', '1E+3\n1.7976931348623157e+308\n'],
    [['-c', '[.[] + 0]'], '[12345678901234567890, 1.10]', '[12345678901234567000,1.1]\n'],
    [['.a'], '{"a":', 'jq: parse error: Unfinished JSON term at EOF at line 1, column 5\n(5)'],
    [['.a.b'], '{"a":1}\n', 'jq: error (at <stdin>:1): Cannot index number with string "b"\n(5)'],
    [
      ['-n', '.a['],
      '',
      'jq: error: syntax error, unexpected end of file (Unix shell quoting issues?) at <top-level>, line 1:\n.a[  \njq: 1 compile error\n(3)',
    ],
    [
      ['-nc', 'try (1 / 0) catch .'],
      '',
      '"number (1) and number (0) cannot be divided because the divisor is zero"\n',
    ],
    [['-nc', '[limit(0; 1, 2)], [first(range(10))], isempty(empty)'], '', '[]\n[0]\ntrue\n'],
    [['-c', 'pick(.a, .b.c)'], '{"a":1,"b":{"c":2,"d":3},"e":4}', '{"a":1,"b":{"c":2}}\n'],
    [['-c', '.[] |= empty'], '[1,2,3]', '[]\n'],
    [['-c', 'if .a then 1 end'], '{"a":true} {"b":1}', '1\n{"b":1}\n'],
    [['-nc', '[limit(3; 1 | repeat(. * 2))]'], '', '[1,2,4]\n'],
    [['-c', '[splits(", *")]'], '"a, b,c"', '["a","b","c"]\n'],
    [['-c', '[match("";"g").offset]'], '"abc"', '[0,1,2,3]\n'],
    [['-c', '[match("b";"g").offset]'], '"éb𝒳b"', '[1,3]\n'],
    [['-c', 'del(.[].a)'], '[{"a":1,"b":2},{"a":3}]', '[{"b":2},{}]\n'],
    [['-nc', '[1,2,[1.0],{"b":2,"a":1}] - [2,[1],{"a":1,"b":2}]'], '', '[1]\n'],
    [['-c', '.[0].x.[1]'], '[{"x":[1,2]}]', '2\n'],
    [['-c', 'ltrimstr("a"), trim'], '"a b "', '" b "\n"a b"\n'],
    [['-nc', '{if:1, and:2} | .if, .and'], '', '1\n2\n'],
    [['-c', '@base32d'], '"NBUQ===="', '"hi"\n'],
    [['-rj', '.[]'], '["a","b"]', 'ab'],
    [['-c', '--stream', '.'], '{"a":[1,{}]}', '[["a",0],1]\n[["a",1],{}]\n[["a",1]]\n[["a"]]\n'],
    [
      ['-C', '-c', '.'],
      '{"a":[1,"x",null]}',
      '\x1b[1;39m{\x1b[0m\x1b[34;1m"a"\x1b[0m\x1b[1;39m:\x1b[0m\x1b[1;39m[\x1b[0;39m1\x1b[0m\x1b[1;39m,\x1b[0;32m"x"\x1b[0m\x1b[1;39m,\x1b[0;90mnull\x1b[0m\x1b[1;39m\x1b[1;39m]\x1b[0m\x1b[1;39m\x1b[1;39m}\x1b[0m\n',
    ],
    [['-n', '[inputs]', '-c'], '1 2 3', '[1,2,3]\n'],
    [['-n', 'input, input'], '1', '1\njq: error (at <stdin>:0): No more inputs\n(5)'],
    [['-c', 'debug | .a'], '{"a":1}', '1\n["DEBUG:",{"a":1}]\n'],
  ])('%j %j', (args, stdin, expected) => {
    expect(jq(args, stdin)).toBe(expected);
  });

  test('neither endless programs nor huge values hang or crash', () => {
    expect(jq(['-n', 'reduce range(60) as $i ([1]; . + .) | length'])).toContain('cannot allocate memory');
    expect(jq(['-n', '"x" * 1000000000 | length'])).toContain('cannot allocate memory');
    expect(jq(['-n', '[limit(3; range(infinite))] | length'])).toBe('3\n');
    expect(jq(['test("^(a+)+$")'], `"${'a'.repeat(5000)}b"`)).toBe('false\n');
  });
});
