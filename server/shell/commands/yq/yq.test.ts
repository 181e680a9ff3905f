import { describe, expect, test } from 'vitest';
import { TestWorld } from '../testing.ts';

const DEPLOYMENT = `# the web tier
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web # its name
  labels: {app: web, "tier": 'front'}
spec:
  replicas: 3
  template:
    spec:
      containers:
      # the only one
      - name: nginx
        image: "nginx:1.25"
        ports:
        - containerPort: 80
`;
const TWO = 'kind: A\nn: 1\n---\nkind: B\nn: 2\n';

const NAMES = `base: &def
  image: nginx
  replicas: 2
web:
  <<: *def
  replicas: 3
list:
- &x one
- *x
`;

const world = new TestWorld();
world.files(({ fs }) => {
  fs.write('/tmp/d.yaml', DEPLOYMENT);
  fs.write('/tmp/two.yaml', TWO);
  fs.write('/tmp/names.yaml', NAMES);
  fs.write('/tmp/x.yaml', 'a: 1\nl: [1]\nm: {x: 1}\n');
  fs.write('/tmp/y.yaml', 'b: 2\nl: [2]\nm: {y: 2}\n');
});

function yq(args: readonly string[], stdin = ''): string {
  const { stdout, stderr } = world.run(['yq', ...args], { stdin });
  return stdout + stderr;
}

/** What yq makes of sequences in mappings: they are indented. */
const SHOWN = DEPLOYMENT.replace(/( {6})(# the|- name)/g, '$1  $2')
  .replace(/ {8}(image|ports):/g, '          $1:')
  .replace('        - containerPort', '            - containerPort');

describe('yq v4', () => {
  test.each<[readonly string[], string]>([
    [['.metadata.name', 'd.yaml'], 'web\n'],
    [['.spec.replicas', 'd.yaml'], '3\n'],
    [['.spec.template.spec.containers[0].image', 'd.yaml'], 'nginx:1.25\n'],
    [['.metadata.labels', 'd.yaml'], '{app: web, "tier": \'front\'}\n'],
    [['.', 'd.yaml'], SHOWN],
    [['d.yaml'], SHOWN],
    [['.spec.replicas = 5', 'd.yaml'], SHOWN.replace('replicas: 3', 'replicas: 5')],
    [
      ['.spec.template.spec.containers[0].image = "nginx:1.27"', 'd.yaml'],
      SHOWN.replace('"nginx:1.25"', '"nginx:1.27"'),
    ],
    [['.a.b[0].c = "x"', '-n'], 'a:\n  b:\n    - c: x\n'],
    [['-o=json', '-I0', '.metadata', 'd.yaml'], '{"name":"web","labels":{"app":"web","tier":"front"}}\n'],
    [
      ['-o', 'json', '.spec.template.spec.containers[].ports', 'd.yaml'],
      '[\n  {\n    "containerPort": 80\n  }\n]\n',
    ],
    [['select(.kind == "B")', 'two.yaml'], 'kind: B\nn: 2\n'],
    [['select(di == 0) | .n', 'two.yaml'], '1\n'],
    [['.n', 'two.yaml'], '1\n---\n2\n'],
    [['-N', '.n', 'two.yaml'], '1\n2\n'],
    [['ea', '[.n]', 'two.yaml'], '- 1\n- 2\n'],
    [
      ['eval-all', 'select(fi == 0) * select(fi == 1)', 'x.yaml', 'y.yaml'],
      'a: 1\nl: [2]\nm: {x: 1, y: 2}\nb: 2\n',
    ],
    [['ea', 'select(fi == 0) *+ select(fi == 1) | .l', 'x.yaml', 'y.yaml'], '[1, 2]\n'],
    [
      ['ea', '. as $item ireduce ({}; . * $item)', 'x.yaml', 'y.yaml'],
      'a: 1\nl: [2]\nm: {x: 1, y: 2}\nb: 2\n',
    ],
    [['.m | keys', 'x.yaml'], '- x\n'],
    [['.kind | sub("(A)", "${1}$1s")', 'two.yaml'], 'A\n---\nB\n'],
    [['.m | to_entries', 'x.yaml'], '- key: x\n  value: 1\n'],
    [['del(.m) | .l += [3]', 'x.yaml'], 'a: 1\nl: [1, 3]\n'],
    [['.a as $x | .l[0] + $x', 'x.yaml'], '2\n'],
    [['.nope', 'x.yaml'], 'null\n'],
    [['.', 'names.yaml'], NAMES.replace('  <<', '  !!merge <<').replace(/^- /gm, '  - ')],
    [['.web.image, .web.replicas, .list[1]', 'names.yaml'], 'nginx\n3\n*x\n'],
    [['.base | anchor', 'names.yaml'], 'def\n'],
    [['.list[1] | alias', 'names.yaml'], 'x\n'],
    [['explode(.) | .web, .list', 'names.yaml'], 'image: nginx\nreplicas: 3\n- one\n- one\n'],
    [['-o=json', '-I0', '.web', 'names.yaml'], '{"image":"nginx","replicas":3}\n'],
    [['.a anchor="n" | .l[0] alias="n"', 'x.yaml'], 'a: &n 1\nl: [*n]\nm: {x: 1}\n'],
    [['.a tag="!!str" | .m', 'x.yaml'], '{x: 1}\n'],
    [['(.. | select(tag == "!!int")) tag="!!str"', 'x.yaml'], 'a: "1"\nl: ["1"]\nm: {x: "1"}\n'],
    [['.a.b.c', 'x.yaml'], ''],
    [['.nope // "dflt"', 'x.yaml'], 'dflt\n'],
    [['.. | select(tag == "!!int")', 'x.yaml'], '1\n1\n1\n'],
    [['.a line_comment="hi" | .m style=""', 'x.yaml'], 'a: 1 # hi\nl: [1]\nm:\n  x: 1\n'],
    [['.a style="double"', 'x.yaml'], 'a: "1"\nl: [1]\nm: {x: 1}\n'],
    [['-P', '.', 'x.yaml'], 'a: 1\nl:\n  - 1\nm:\n  x: 1\n'],
    [['-o=props', '.', 'x.yaml'], 'a = 1\nl.0 = 1\nm.x = 1\n'],
    [['sort_keys(.)', '-P', 'y.yaml'], 'b: 2\nl:\n  - 2\nm:\n  y: 2\n'],
    [['with(.m; .x = 5)', 'x.yaml'], 'a: 1\nl: [1]\nm: {x: 5}\n'],
    [['.s = strenv(HOME) | .h = env(HOME)', '-n'], 's: /root\nh: /root\n'],
    [
      ['.a = "true" | .b = true | .c = "1" | .d = "x: y" | .e = ""', '-n'],
      'a: "true"\nb: true\nc: "1"\nd: \'x: y\'\ne: ""\n',
    ],
    [['.a = "l1\\nl2"', '-n'], 'a: |-\n  l1\n  l2\n'],
    [['.m | has("x")', 'x.yaml'], 'true\n'],
    [['.[] | key', 'x.yaml'], 'a\nl\nm\n'],
    [['.m.x | path', 'x.yaml'], '- m\n- x\n'],
    [['load("y.yaml") | .b', 'x.yaml'], '2\n'],
    [['.a.', 'x.yaml'], 'Error: bad expression, please check expression syntax\n'],
    [['.a | nosuch', 'x.yaml'], 'Error: 1:6: invalid input text "nosuch"\n'],
    [['.a', 'nofile.yaml'], 'Error: open nofile.yaml: no such file or directory\n'],
    [['-o', 'xml', '.a', 'x.yaml'], "Error: format 'xml' is not available in this simulation\n"],
    [['--zz'], 'Error: unknown flag: --zz\n'],
  ])('%j', (args, expected) => {
    expect(yq(args)).toBe(expected);
  });

  test('aliases of aliases of aliases', () => {
    const names = [...'abcdefghijklmnopqrst'];
    const text = names.map(
      (name, i) => `${name}: &${name} [${i === 0 ? 'x' : `*${names[i - 1]}, *${names[i - 1]}`}]\n`,
    );
    const stdin = text.join('');
    expect(yq(['.b'], stdin)).toBe('[*a, *a]\n');
    expect(yq(['-o=json', '.'], stdin)).toBe('Error: cannot allocate memory\n');
    expect(yq(['explode(.)'], stdin)).toBe('Error: cannot allocate memory\n');
  });

  test('writes results to files', () => {
    expect(yq(['-s', '.kind + "-" + $index', 'two.yaml'])).toBe('');
    expect(world.run(['tail', 'A-0.yml', 'B-1.yml']).stdout).toBe(
      '==> A-0.yml <==\nkind: A\nn: 1\n\n==> B-1.yml <==\n---\nkind: B\nn: 2\n',
    );
  });

  test('reads standard input, JSON too, and writes in place', () => {
    expect(yq(['.a'], 'a: {b: 1}\n')).toBe('{b: 1}\n');
    expect(yq(['-p', 'json', '-o', 'yaml', '.'], '{"a":{"b":[1,"x"]}}')).toBe('a:\n  b:\n    - 1\n    - x\n');
    expect(yq(['-i', '.spec.replicas = 9 | .metadata.name = "api"', 'd.yaml'])).toBe('');
    expect(world.run(['cat', 'd.yaml']).stdout).toBe(
      SHOWN.replace('replicas: 3', 'replicas: 9').replace('name: web #', 'name: api #'),
    );
  });
});
