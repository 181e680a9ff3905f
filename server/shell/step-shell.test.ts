import { expect, it } from 'vitest';
import { FunctionFile } from '../host/index.ts';
import { WaitQueue } from '../sim/index.ts';
import { stepShell } from './step-shell.ts';
import { ShellWorld } from './testing.ts';

/** Runs steps in one shell; each gives [status, stdout, stderr]. */
function runSteps(...steps: string[]): [number, string, string][] {
  const world = new ShellWorld();
  const results: [number, string, string][] = [];
  let out = ['', ''];
  const sink = (i: number) =>
    new FunctionFile('pipe', {
      write: (text) => {
        out[i] += text;
        return text.length;
      },
    });
  const left = [...steps];
  const main = stepShell({
    next: () => left.shift() ?? null,
    pushed: new WaitQueue(),
    done: (status) => {
      results.push([status, out[0] as string, out[1] as string]);
      out = ['', ''];
    },
  });
  const fds = new Map([new FunctionFile('/dev/null', {}), sink(0), sink(1)].entries());
  world.host.init.fork(main, { args: ['bash'], env: world.env, cwd: '/w', fds });
  world.clock.runUntilQuiet(60_000);
  if (world.crash) throw world.crash;
  return results;
}

it.each<[name: string, steps: [step: string, status: number, stdout: string, stderr?: string | RegExp][]]>([
  [
    'variables, functions and the directory stay',
    [
      ['x=1; f() { echo "f $x $1"; }; mkdir d; cd d', 0, ''],
      ['f 2; pwd', 0, 'f 1 2\n/w/d\n'],
    ],
  ],
  [
    'a syntax error ends its step',
    [
      ['y=2; if then', 2, '', /^bash: -c: line 1: syntax error near unexpected token `then'\n/],
      ['echo "[$y] $?"', 0, '[] 2\n'],
    ],
  ],
  [
    'exit ends its step, wherever it stands',
    [
      ['x=5; exit 3; echo no', 3, ''],
      ['echo $? $x', 0, '3 5\n'],
      ['f() { local x=6; exit 4; }; { f; } > file', 4, ''],
      ['echo $x; { for i in 1 2; do set -e; false; done; } 2> /dev/null; echo no', 1, '5\n'],
      ['set +e; nope', 127, '', 'bash: line 1: nope: command not found\n'],
    ],
  ],
  [
    'an unset variable under set -u ends its step',
    [
      ['set -u; echo $nothing; echo no', 127, '', 'bash: line 1: nothing: unbound variable\n'],
      ['echo "${nothing-ok}"', 0, 'ok\n'],
    ],
  ],
  [
    'the EXIT trap runs at exit',
    [
      ['trap "echo bye" EXIT', 0, ''],
      ['exit 7', 7, 'bye\n'],
      ['exit 1', 1, ''],
    ],
  ],
  [
    'the status of the step before is there',
    [
      ['(exit 9)', 9, ''],
      ['echo $?', 0, '9\n'],
    ],
  ],
  [
    'here-documents',
    [
      ['cat <<EOF > file\n$((1 + 1))\nEOF', 0, ''],
      ['cat <<-"E"\n\t$x\n\tE\ncat file', 0, '$x\n2\n'],
    ],
  ],
  [
    'background jobs go on',
    [
      ['(sleep 2; echo done > file) & echo started', 0, 'started\n'],
      ['cat file', 1, '', 'cat: file: No such file or directory\n'],
      ['wait; cat file', 0, 'done\n'],
    ],
  ],
])('%s', (_name, steps) => {
  const results = runSteps(...steps.map(([step]) => step));
  const wanted = steps.map(([, status, stdout, stderr = '']) => [
    status,
    stdout,
    typeof stderr === 'string' ? stderr : expect.stringMatching(stderr),
  ]);
  expect(results).toEqual(wanted);
});
