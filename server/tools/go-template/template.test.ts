import { describe, expect, it } from 'vitest';
import { GoTemplate } from './template.ts';

const DATA = { kind: 'Pod', metadata: { name: 'rich', labels: { b: '2', a: '1' } }, list: [1, 2.5, null] };

describe('a Go template', () => {
  it.each([
    ['{{.kind}} {{.nosuch}} {{.nosuch.deep}}', 'Pod <no value> <no value>'],
    ['{{range $k, $v := .metadata.labels}}{{$k}}={{$v}} {{end}}', 'a=1 b=2 '],
    ['{{range $i, $v := .list}}{{if eq $i 1}}{{break}}{{end}}{{$v}}{{else}}none{{end}}', '1'],
    ['{{$n := 0}}{{range .list}}{{$n = len $.kind}}{{end}}{{$n}}', '3'],
    ['{{define "T"}}[{{.name}}]{{end}}{{template "T" .metadata}}', '[rich]'],
    ['a {{- /* c */ -}} b{{- " c" -}} ', 'ab c'],
    ['{{print "a" 1 2 "b" true}} {{1e6}} {{5.0}}', 'a1 2btrue 1e+06 5'],
    ['{{printf "%05d|%-3s|%q|%x|%.1f|%T" 42 "a" "b" 255 1.25 .list}}', '00042|a  |"b"|ff|1.2|[]interface {}'],
    ['{{printf "%d" "x"}} {{printf "%d"}} {{printf "a" 1}}', '%!d(string=x) %!d(MISSING) a%!(EXTRA int=1)'],
  ])('%s', (text, out) => {
    expect(new GoTemplate(text).execute(DATA)).toBe(out);
  });

  it.each([
    [
      'a{{.metadata.name.deep}}',
      '1:12: executing "output" at <.metadata.name.deep>: can\'t evaluate field deep in type interface {}',
    ],
    [
      '{{with .kind}}{{.x}}{{end}}',
      '1:16: executing "output" at <.x>: can\'t evaluate field x in type string',
    ],
    [
      'x\n é{{index .list 7}}',
      '2:5: executing "output" at <index .list 7>: error calling index: index out of range: 7',
    ],
    ['{{range .kind}}{{end}}', '1:8: executing "output" at <.kind>: range can\'t iterate over Pod'],
    [
      '{{define "a"}}{{template "a"}}{{end}}{{template "a"}}',
      '1:25: executing "a" at <{{template "a"}}>: exceeded maximum template depth (100000)',
    ],
    ['{{$y}}', '1: undefined variable "$y"'],
    ['{{break}}', '1: {{break}} outside {{range}}'],
    ['{{if .a\n', '2: unclosed action started at output:1'],
    ['{{.a}', "1: bad character U+007D '}'"],
    ['{{nosuch}}', '1: function "nosuch" not defined'],
    ['(', undefined],
    [`{{${'('.repeat(5000)}`, '1: max expression depth exceeded'],
  ])('%s fails as Go does', (text, message) => {
    const run = () => new GoTemplate(text).execute(DATA);
    if (message === undefined) expect(run()).toBe(text);
    else expect(run).toThrow(expect.objectContaining({ message: `template: output:${message}` }));
  });
});
