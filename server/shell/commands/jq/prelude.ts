import { Parser } from './parse.ts';
import type { Definition } from './syntax.ts';

/** Functions of jq 1.7 that are best said in the language itself. */
const SOURCE = `
def map(f): [.[] | f];
def select(f): if f then . else empty end;
def values: select(. != null);
def nulls: select(. == null);
def booleans: select(type == "boolean");
def numbers: select(type == "number");
def strings: select(type == "string");
def arrays: select(type == "array");
def objects: select(type == "object");
def iterables: select(type == "array" or type == "object");
def scalars: select(type != "array" and type != "object");
def isfinite: type == "number" and (isinfinite | not);
def finites: select(isfinite);
def normals: select(isnormal);
def recurse(f): def r: ., (f | r); r;
def recurse(f; cond): def r: ., (f | select(cond) | r); r;
def recurse: recurse(.[]?);
def paths: path(..) | select(length > 0);
def paths(node): path(.. | select(node)) | select(length > 0);
def leaf_paths: paths(scalars);
def del(f): delpaths([path(f)]);
def with_entries(f): to_entries | map(f) | from_entries;
def map_values(f): .[] |= f;
def sort_by(f): _sort_by(map([f]));
def group_by(f): _group_by(map([f]));
def unique_by(f): _unique_by(map([f]));
def min_by(f): _min_by(map([f]));
def max_by(f): _max_by(map([f]));
def in(object): . as $key | object | has($key);
def first: .[0];
def last: .[-1];
def last(f): reduce f as $x (null; $x);
def nth($n): .[$n];
def nth($n; f): if $n < 0 then error("Out of bounds negative array index") else last(limit($n + 1; f)) end;
def isempty(g): label $done | (g | false, break $done), true;
def any(g; cond): isempty(first(g | cond | select(.))) | not;
def any(cond): any(.[]; cond);
def any: any(.);
def all(g; cond): isempty(first(g | cond | select(. | not)));
def all(cond): all(.[]; cond);
def all: all(.);
def until(cond; next): def u: if cond then . else (next | u) end; u;
def while(cond; update): def w: if cond then ., (update | w) else empty end; w;
def repeat(f): def r: ., (f | r); r;
def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $rest | [$x] + $rest end;
def combinations(n): . as $items | [range(n) | $items] | combinations;
def walk(f): def w: if type == "object" then map_values(w) elif type == "array" then map(w) else . end | f; w;
def pick(f): . as $whole | reduce path(f) as $p (null; setpath($p; $whole | getpath($p)));
def env: $ENV;
def todate: strftime("%Y-%m-%dT%H:%M:%SZ");
def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;
def todateiso8601: strftime("%Y-%m-%dT%H:%M:%SZ");
def fromdate: fromdateiso8601;
def date: todate;
def dateadd(unit; $n): . + $n;
def datesub(unit; $n): . - $n;
def match($re): _match($re) | .[];
def match($re; $flags): _match($re; $flags) | .[];
def captured: [.captures | .[] | select(.name != null) | {key: .name, value: .string}] | from_entries;
def capture($re): match($re) | captured;
def capture($re; $flags): match($re; $flags) | captured;
def scan($re; $flags): match($re; "g" + $flags) | if .captures == [] then .string else [.captures | .[] | .string] end;
def scan($re): scan($re; null);
def splits($re; $flags): split($re; $flags) | .[];
def splits($re): splits($re; null);
def split($re; $flags): . as $s
  | [foreach ((match($re; "g" + $flags) | [.offset, .length]), null) as $m
      ([0, null]; if $m == null then [., $s[.[0]:]] | [.[0][0], .[1]] else [$m[0] + $m[1], $s[.[0]:$m[0]]] end; .[1])];
def ascii: [.] | implode;
def tostream: path(def r: (.[]? | r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]);
def fromstream(f): {x: null, e: false} as $init
  | foreach f as $i ($init;
      if .e then $init else . end
      | if $i | length == 2 then setpath(["e"]; $i[0] | length == 0) | setpath(["x"] + $i[0]; $i[1])
        else setpath(["e"]; $i[0] | length == 1) end;
      if .e then .x else empty end);
def truncate_stream(f): . as $n | null | f | . as $i | if (.[0] | length) > $n then setpath([0]; .[0][$n:]) else empty end;
def sub($re; value; $flags): . as $text
  | def edits: [match($re; $flags)];
    (edits | length) as $count
  | if $count == 0 then $text else
      edits as $found
      | def from($i; $at): if $i == $count then $text[$at:] else
          $found[$i] as $m | ($m | captured | value) as $new
          | if $new | type != "string" then error("\\($m | captured | tojson) cannot be added to a string") else . end
          | $text[$at:$m.offset] + $new + from($i + 1; $m.offset + $m.length) end;
        from(0; 0)
    end;
def sub($re; value): sub($re; value; "");
def gsub($re; value; $flags): sub($re; value; $flags + "g");
def gsub($re; value): sub($re; value; "g");
def debug(message): (message | debug | empty), .;
def inputs: def r: (try input catch if . == "No more inputs" then empty else error end) | (., r); r;
def INDEX(stream; f): reduce stream as $row ({}; .[$row | f | tostring] |= $row);
def INDEX(f): INDEX(.[]; f);
def IN(s): any(s == .; .);
def IN(src; s): any(src == s; .);
def get_search_list: [];
`;

const definitions = new Map<string, Definition>();

/** The definition of `name/arity`, if the library has one. */
export function preludeDefinition(key: string): Definition | undefined {
  if (definitions.size === 0)
    for (const definition of Parser.definitions(SOURCE))
      definitions.set(`${definition.name}/${definition.parameters.length}`, definition);
  return definitions.get(key);
}

export function preludeNames(): string[] {
  preludeDefinition('');
  return [...definitions.keys()];
}
