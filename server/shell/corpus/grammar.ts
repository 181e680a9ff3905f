import { Random } from '../../sim/index.ts';
import { BINARY, NAMES, NUMBERS, PATTERNS, SCALARS, WORDS } from './grammar-words.ts';

/**
 * Snippets of shell that a seed chooses from a grammar. They end by themselves and print nothing that differs from run
 * to run, so that two shells can be compared.
 */
export function snippet(seed: string): string {
  return new Snippet(new Random(seed)).text();
}

class Snippet {
  readonly #random: Random;
  #depth = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  text(): string {
    // Without it, where bash finds an extended pattern is where it stops reading.
    const lines: string[] = [];
    if (this.#chance(10))
      lines.push(
        this.#pick([
          'set -u',
          'set -e',
          'set -f',
          'set -x',
          'set -o pipefail',
          'shopt -s nullglob',
          'shopt -s extglob',
          'shopt -s nocasematch',
          'set -eu',
          'IFS=:',
          "IFS=$'\\n'",
          'IFS=,',
          'shopt -s extglob dotglob',
          'set -E',
          "trap 'echo ERR $?' ERR",
          "trap 'echo bye $?' EXIT",
          'shopt -s lastpipe',
          'set -- a "b c" d',
          'touch a.txt b.txt .h "c d"; mkdir dir; touch dir/e.txt',
        ]),
      );
    lines.push(this.#setup());
    const count = 1 + this.#random.below(4);
    for (let i = 0; i < count; i++) lines.push(this.#statement());
    if (this.#chance(4)) lines.push('echo "end $?"');
    const script = lines.join(this.#chance(2) ? '\n' : '; ').replaceAll('&;', '&');
    return /[@+!?]\(/.test(script) ? `shopt -s extglob\n${script}` : script;
  }

  #chance(one: number): boolean {
    return this.#random.below(one) === 0;
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#random.below(items.length)] as T;
  }

  /** Chooses a rule; deep down only the first one, which ends. */
  #rule(rules: readonly (() => string)[]): string {
    if (this.#depth > 4) return (rules[0] as () => string)();
    this.#depth++;
    const text = this.#pick(rules)();
    this.#depth--;
    return text;
  }

  #setup(): string {
    return this.#pick([
      `x=${this.#quoted()} y=${this.#quoted()}`,
      `arr=(${this.#words(3)}) x=${this.#quoted()}`,
      `declare -A map=([k]=${this.#quoted()} ["a b"]=2 [z]=3); x=k`,
      `arr=([2]=${this.#quoted()} [5]=b c); y=${this.#quoted()}`,
      `declare -i v1=${this.#pick(NUMBERS)}; x=${this.#quoted()}`,
      `set -- ${this.#words(4)}`,
      `declare -u x=${this.#quoted()}; declare -l y=ABC`,
      `x=$'tab\\there' y=$'l1\\nl2'`,
      `f() { echo "f $# $*"; return ${this.#random.below(3)}; }; x=${this.#quoted()}`,
      `f() { local x=in y; echo "[$x] [\${y-unset}]"; ${this.#simple()}; }; x=${this.#quoted()}`,
    ]);
  }

  #statement(): string {
    return this.#rule([
      () => this.#simple(),
      () => this.#simple(),
      () => `if ${this.#condition()}; then ${this.#simple()}; else ${this.#statement()}; fi`,
      // Not the variable that `for ((` counts with: that would never end.
      () => `for w in ${this.#words(3)}; do ${this.#statement()}; done`,
      () => `for ((i=0; i<${1 + this.#random.below(3)}; i++)); do ${this.#statement()}; done`,
      () =>
        `n=0; while ((n++ < 2)); do ${this.#statement()}; ${this.#pick(['', 'continue; ', 'break; '])}:; done`,
      () =>
        `case ${this.#quoted()} in ${this.#pick(PATTERNS)}) ${this.#simple()}${this.#pick([';;', ';&', ';;&'])} ${this.#pick(PATTERNS)}) echo second;; *) echo other;; esac`,
      () => `{ ${this.#statement()}; }${this.#redirection()}`,
      () => `( ${this.#statement()} )${this.#redirection()}`,
      () => `${this.#simple()} ${this.#pick(['&&', '||'])} ${this.#simple()}`,
      () => `${this.#simple()} | ${this.#filter()}`,
      () => `! ${this.#simple()}`,
      () =>
        `f${this.#random.below(2)}() { ${this.#statement()}; }; f${this.#random.below(2)} ${this.#words(2)}`,
      () =>
        `while IFS=${this.#pick(['', ':', ',', "' '"])} read ${this.#pick(['', '-r '])}a b; do echo "<$a><$b>"; done <<< ${this.#quoted()}`,
      () =>
        `cat <<${this.#pick(['E', "'E'", '"E"'])}\n${this.#word()} ${this.#expansion()} \\$x \`echo t\`\nE\n:`,
      () => `eval ${this.#quote(this.#simple())}`,
      () => `x=$(${this.#statement()}); echo "[$x]"`,
    ]);
  }

  #simple(): string {
    return this.#rule([
      () => `echo ${this.#words(3)}`,
      () => `printf '<%s>\\n' ${this.#words(3)}`,
      () => `printf ${this.#quote(this.#format())} ${this.#words(2)}`,
      () => `${this.#pick(SCALARS)}${this.#pick(['=', '+='])}${this.#quoted()}`,
      () => `arr${this.#pick(['=', '+='])}(${this.#words(3)})`,
      () => `arr[${this.#pick(['0', '1', '-1', 'i', '3'])}]=${this.#quoted()}`,
      () => `declare -p ${this.#pick(NAMES)}`,
      () => `echo $((${this.#arithmetic()}))`,
      () => `(( ${this.#arithmetic()} )); echo $?`,
      () => `let ${this.#quote(`x=${this.#arithmetic()}`)}; echo "$x $?"`,
      () => `[[ ${this.#test()} ]]; echo $?`,
      () => `[ ${this.#quoted()} ${this.#pick(['=', '!=', '-eq', '-lt', '<'])} ${this.#quoted()} ]; echo $?`,
      () => `test ${this.#pick(['-n', '-z', '-f', '-d', '-v', '-e', '-o', '-R'])} ${this.#quoted()}; echo $?`,
      () => `unset ${this.#pick(['x', 'y', 'arr', "'arr[1]'", "'map[k]'", '-f f', 'nosuch'])}`,
      () =>
        `read ${this.#pick(['', '-r ', '-a arr ', '-n 3 ', '-d : ', '-N 2 '])}${this.#pick(['', 'x', 'x y'])} <<< ${this.#quoted()}; echo "$? <$x> <$y> <\${REPLY-}>"`,
      () =>
        `mapfile ${this.#pick(['', '-t ', '-n 1 ', '-s 1 ', '-O 2 ', '-d : -t '])}arr <<< ${this.#quoted()}; declare -p arr`,
      () =>
        `${this.#pick(['true', 'false', ':', '(exit 3)', 'nosuchcmd', 'f', 'f a "b c"', 'return 2', 'shift', 'shift 5', 'set --', 'cd /nosuch', 'type f', 'type -t echo', 'unset -v x', 'local z=1', 'export x', 'declare -r y', 'readonly v1=1; v1=2', 'wait', 'hash', 'alias', 'echo "${PIPESTATUS[@]}"', 'echo "$@"', 'echo "$*" $#', 'echo "${#arr[@]} ${!arr[@]}"', 'echo "${arr[@]:1}"', 'printf "%s\\n" "${!map[@]}" | sort', 'echo ${BASH_SOURCE-none} ${FUNCNAME-none} $LINENO', 'declare -f f', 'set | grep ^x=', 'getopts ab: o -a -b v; echo $o ${OPTARG-} $OPTIND', 'dirs', 'echo $-', 'umask', 'trap', 'shopt -p extglob', 'command -v f echo if', 'printf -v x "%03d" 7; echo $x', 'echo {1..5} {a..e..2} {01..03} x{a,b{1,2}}y', 'exec 3>&1; echo hi >&3; exec 3>&-', 'echo err >&2', 'kill -l 9', 'caller; caller 0', 'compgen -W "ab ac b" a'])}`,
    ]);
  }

  #condition(): string {
    return this.#pick([
      () => `[[ ${this.#test()} ]]`,
      () => `(( ${this.#arithmetic()} ))`,
      () => this.#pick(['true', 'false', 'f']),
      () => `[ ${this.#quoted()} ]`,
    ])();
  }

  #test(): string {
    return this.#rule([
      () => `${this.#quoted()} == ${this.#pick([...PATTERNS.filter((p) => p !== 'a|b'), this.#quoted()])}`,
      () => `${this.#quoted()} ${this.#pick(['!=', '<', '>', '='])} ${this.#quoted()}`,
      () =>
        `${this.#quoted()} =~ ${this.#pick(['^a', '[0-9]+', '(.)(.)', '^(.*)\\.(.*)$', 'o{2}', '^$', '[[:space:]]', 'a|b'])}`,
      () => `${this.#pick(['-n', '-z', '-v x &&  -n', '-e', '-d'])} ${this.#quoted()}`,
      () => `${this.#pick(NUMBERS)} ${this.#pick(['-eq', '-ne', '-lt', '-ge'])} ${this.#pick(NUMBERS)}`,
      () => `! ${this.#test()}`,
      () => `( ${this.#test()} )`,
      () => `${this.#test()} ${this.#pick(['&&', '||'])} ${this.#test()}`,
    ]);
  }

  #arithmetic(): string {
    return this.#rule([
      () => this.#pick(NUMBERS),
      () =>
        this.#pick([
          'x',
          'v1',
          'n',
          '#arr',
          'arr[0]',
          '$x',
          '$#',
          '${#x}',
          'nosuch',
          'x++',
          '--n',
          '$(echo 4)',
        ]).replace('#arr', '${#arr[@]}'),
      () => `${this.#arithmetic()} ${this.#pick(BINARY)} ${this.#arithmetic()}`,
      () => `(${this.#arithmetic()})`,
      () => `${this.#pick(['-', '!', '~', '+'])}${this.#arithmetic()}`,
      () => `${this.#arithmetic()} ? ${this.#arithmetic()} : ${this.#arithmetic()}`,
      () =>
        `${this.#pick(['v1', 'n'])} ${this.#pick(['=', '+=', '-=', '*=', '|=', '<<='])} ${this.#pick(NUMBERS)}`,
    ]);
  }

  #words(most: number): string {
    return Array.from({ length: this.#random.below(most + 1) }, () => this.#word()).join(' ');
  }

  #word(): string {
    return this.#rule([
      () => this.#quote(this.#pick(WORDS)),
      () => this.#quoted(),
      () => this.#expansion(),
      () => `"${this.#expansion()}"`,
      () => `${this.#pick(['pre', '', '-'])}${this.#expansion()}${this.#pick(['post', '', '.txt'])}`,
      () =>
        this.#pick([
          '*.txt',
          '*',
          'd*/',
          '.*',
          '[ab]*',
          '{x,y}z',
          '{1..3}',
          'a{,b}',
          '~',
          '~root',
          '"$@"',
          '$*',
          '"$*"',
          '"${arr[@]}"',
          '${arr[*]}',
          '"${arr[*]}"',
          '"${!arr[@]}"',
          '"${map[@]}"',
          '$(echo a b)',
          '"$(printf "a\\n\\n")"',
          '`echo b`',
          '$?',
          '\\a',
          '"a\\"b"',
          "$'\\x41\\n'",
          '"\\$x"',
          "'\\''",
        ]),
      () => `${this.#expansion()}${this.#expansion()}`,
    ]);
  }

  #quoted(): string {
    return this.#rule([
      () => this.#quote(this.#pick(WORDS)),
      () => `"${this.#expansion()}"`,
      () => this.#expansion(),
      () => `"${this.#pick(['a ', 'b:', ''])}${this.#expansion()}"`,
    ]);
  }

  #quote(text: string): string {
    const how = this.#random.below(4);
    if (how === 0 && /^[\w./:-]+$/.test(text)) return text;
    if (how === 1 && !/["$`\\!]/.test(text)) return `"${text}"`;
    return `'${text.replaceAll("'", "'\\''")}'`;
  }

  #expansion(): string {
    const name = this.#pick([
      ...SCALARS,
      ...SCALARS,
      'arr[@]',
      'arr[*]',
      'arr[1]',
      'arr',
      'map[k]',
      'map[@]',
      '@',
      '*',
      '1',
      'nosuch',
    ]);
    return this.#rule([
      () => (/^\w+$/.test(name) ? `$${name}` : `\${${name}}`),
      () => `\${${name}}`,
      () => `\${${name}${this.#pick([':-', '-', ':+', '+'])}${this.#operand()}}`,
      () => `\${${this.#pick(SCALARS)}${this.#pick([':=', '='])}${this.#operand()}}`,
      () => `\${${name}${this.#pick(['#', '##', '%', '%%'])}${this.#pick(PATTERNS)}}`,
      () =>
        `\${${name}${this.#pick(['/', '//', '/#', '/%'])}${this.#pick(PATTERNS).replaceAll('/', '\\/')}/${this.#pick(['X', '', '[&]', '\\&', 'a b', '$y'])}}`,
      () => `\${#${name}}`,
      () =>
        `\${${name}:${this.#pick(['0', '1', '2', ' -1', ' -2', '(1)', '5'])}${this.#pick(['', ':1', ':2', ': -1', ':0'])}}`,
      () => `\${${name}${this.#pick(['^', '^^', ',', ',,', '^^[a-f]', ',[A]'])}}`,
      () => `\${${name}@${this.#pick(['Q', 'U', 'L', 'u', 'E', 'A', 'a', 'K'])}}`,
      () => `\${!${this.#pick(['x', 'arr[@]', 'map[@]', 'v@', 'y'])}}`,
      () => `$(${this.#simple()})`,
      () => `$((${this.#arithmetic()}))`,
    ]);
  }

  #operand(): string {
    return this.#pick(['d', '', 'a b', '"q r"', '$y', "'s'", '"$x"', '*', '{a,b}']);
  }

  #format(): string {
    const piece = () =>
      this.#pick([
        '%s',
        '%d',
        '%5s|',
        '%-5s|',
        '%05d',
        '%x',
        '%q',
        '%b',
        '%c',
        '%%',
        '%.2f',
        '%e',
        '%+d',
        '%o',
        '%.3s',
        '%*d',
        '%i',
        '%X',
        '%#x',
        '%u',
        '%5.1f',
        '%g',
        '\\t',
        'lit',
      ]);
    return `${piece()}${this.#pick([' ', '', ','])}${piece()}\\n`;
  }

  #filter(): string {
    return this.#pick([
      'cat',
      'sort',
      'tr a-z A-Z',
      'wc -l',
      'head -n 1',
      'while read -r l; do echo "($l)"; done',
      'sed s/a/b/',
      '{ read -r q; echo "q=$q"; }',
      'cat -A',
      'grep -c .',
      'read x',
      'tail -n1',
      "awk '{print NF}'",
    ]);
  }

  #redirection(): string {
    return this.#pick([
      '',
      '',
      '',
      ' > out; cat out',
      ' 2>&1',
      ' 2>/dev/null',
      ' >> out; wc -c < out',
      ' | cat',
      ' < /dev/null',
      ' > /nosuch/f',
      ' < nofile',
      ' 3>&1',
      ' &> out; cat out',
      ' >&2',
      ' <<< "in"',
    ]);
  }
}
