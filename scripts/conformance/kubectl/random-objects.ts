import fc, { type Arbitrary } from 'fast-check';

type Fields = Record<string, unknown>;

/** Few names, so that objects and patches speak of the same things. */
const name = fc.constantFrom('a', 'b', 'c', 'd');
const word = fc.constantFrom('x', 'y', 'z');
const some = <T>(items: Arbitrary<T>, key: (item: T) => unknown, maxLength = 3) =>
  fc.uniqueArray(items, { selector: key, minLength: 1, maxLength });
const labels = fc.dictionary(name, word, { minKeys: 1, maxKeys: 3 });
/** Any of the fields may be missing. */
const any = <T extends object>(fields: { [K in keyof T]: Arbitrary<T[K]> }) =>
  fc.record(fields, { requiredKeys: [] });

const finalizer = fc.constantFrom('example.com/a', 'example.com/b', 'example.com/c');
const metadata = any({
  labels,
  annotations: labels,
  finalizers: fc.uniqueArray(finalizer, { minLength: 1 }),
});
const env = fc.record({ name, value: word });
const port = fc.record({ containerPort: fc.constantFrom(80, 81, 443), protocol: fc.constant('TCP') });
const container = fc
  .record({
    name,
    image: fc.constantFrom('nginx:1', 'nginx:2', 'busybox'),
    more: any({
      env: some(env, (one) => one.name),
      ports: some(port, (one) => one.containerPort),
      args: fc.array(word, { minLength: 1, maxLength: 2 }),
      resources: fc.constantFrom<Fields>(
        { limits: { cpu: '1' } },
        { limits: { memory: '1Gi' }, requests: { cpu: '1m' } },
      ),
    }),
  })
  .map(({ more, ...rest }): Fields => ({ ...rest, ...more }));
const volume = fc
  .tuple(
    name,
    fc.constantFrom<Fields>({ emptyDir: {} }, { configMap: { name: 'm' } }, { secret: { secretName: 's' } }),
  )
  .map(([called, source]): Fields => ({ name: called, ...source }));
const toleration = fc.record({ key: word, operator: fc.constant('Exists') });

/** Deployments that start no pods. */
export const deployments: Arbitrary<Fields> = fc
  .record({
    metadata,
    spec: any({
      strategy: fc.constantFrom<Fields>(
        { type: 'Recreate' },
        { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        { rollingUpdate: { maxSurge: '50%' } },
      ),
      minReadySeconds: fc.nat({ max: 3 }),
      paused: fc.boolean(),
    }),
    pod: any({
      volumes: some(volume, (one) => one['name']),
      tolerations: some(toleration, (one) => one.key),
      imagePullSecrets: some(fc.record({ name }), (one) => one.name),
      hostAliases: some(
        fc.record({
          ip: fc.constantFrom('10.0.0.1', '10.0.0.2'),
          hostnames: fc.array(word, { minLength: 1, maxLength: 2 }),
        }),
        (one) => one.ip,
      ),
      nodeSelector: labels,
      terminationGracePeriodSeconds: fc.nat({ max: 5 }),
    }),
    containers: some(container, (one) => one['name']),
  })
  .map(({ metadata: meta, spec, pod, containers }) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default', ...meta },
    spec: {
      replicas: 0,
      ...spec,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { ...pod, containers } },
    },
  }));

const servicePort = fc
  .record({
    port: fc.constantFrom(80, 81, 443),
    more: any({
      targetPort: fc.constantFrom<number | string>(8080, 'http'),
      protocol: fc.constantFrom('TCP', 'UDP'),
    }),
  })
  .map(({ port: number, more }): Fields => ({ name: `p${number}`, port: number, ...more }));

export const services: Arbitrary<Fields> = fc
  .record({
    metadata,
    spec: any({
      selector: labels,
      externalIPs: fc.uniqueArray(fc.constantFrom('1.1.1.1', '1.1.1.2', '1.1.1.3'), { minLength: 1 }),
      sessionAffinity: fc.constantFrom('None', 'ClientIP'),
    }),
    ports: some(servicePort, (one) => one['port']),
  })
  .map(({ metadata: meta, spec, ports }) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default', ...meta },
    spec: { ...spec, ports },
  }));

/** By what the elements of a list are told apart. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  env: 'name',
  volumes: 'name',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
};

interface PatchOptions {
  /** Whether `$patch`, `$setElementOrder`, `$retainKeys` are among what the patch says. */
  readonly directives: boolean;
}

/** A patch that says some of what another object of the kind says, takes other things away, and gives directions. */
export function patchOf(like: Fields, options: PatchOptions = { directives: true }): Arbitrary<Fields> {
  const other = like['kind'] === 'Service' ? services : deployments;
  return fc.tuple(other, fc.infiniteStream(fc.nat({ max: 11 }))).map(([object, dice]) => {
    const roll = () => dice.next().value as number;
    const { metadata, spec } = new Patcher(roll, options).fields(object) as {
      metadata?: Fields;
      spec?: Fields;
    };
    const { name: _name, namespace: _namespace, ...said } = metadata ?? {};
    return { metadata: said, ...(spec === undefined ? {} : { spec }) };
  });
}

class Patcher {
  readonly #roll: () => number;
  readonly #directives: boolean;

  constructor(roll: () => number, { directives }: PatchOptions) {
    this.#roll = roll;
    this.#directives = directives;
  }

  fields(of: Fields): Fields {
    const patch: Fields = {};
    for (const [key, value] of Object.entries(of)) this.#field(patch, key, value);
    if (this.#may(1)) patch['$patch'] = 'replace';
    if (this.#may(1)) patch['$retainKeys'] = Object.keys(patch).filter((key) => !key.startsWith('$'));
    return patch;
  }

  /** True so many times in twelve, where directives are wanted. */
  #may(times: number): boolean {
    const rolled = this.#roll();
    return this.#directives && rolled < times;
  }

  #field(patch: Fields, key: string, value: unknown): void {
    const rolled = this.#roll();
    if (rolled === 0 && key !== 'selector' && key !== 'containers') patch[key] = null;
    else if (rolled < 3 && key !== 'spec' && key !== 'metadata') return;
    else if (Array.isArray(value)) this.#list(patch, key, value);
    else patch[key] = typeof value === 'object' && value !== null ? this.fields(value as Fields) : value;
  }

  #list(patch: Fields, key: string, list: readonly unknown[]): void {
    if (key === 'finalizers' && this.#may(6)) {
      patch[`$deleteFromPrimitiveList/${key}`] = list.slice(0, 1);
      if (this.#may(6)) patch[`$setElementOrder/${key}`] = list.slice(1);
      if (list.length > 1) patch[key] = list.slice(1);
      return;
    }
    const mergeKey = MERGE_KEYS[key];
    if (!mergeKey) {
      patch[key] = list;
      return;
    }
    const items = (list as Fields[]).map((item): Fields => {
      if (this.#may(2)) return { [mergeKey]: item[mergeKey], $patch: 'delete' };
      const { $retainKeys: _keys, ...said } = this.fields(item);
      return { ...said, [mergeKey]: item[mergeKey] };
    });
    const names = items.filter((item) => !('$patch' in item)).map((item) => ({ [mergeKey]: item[mergeKey] }));
    if (this.#may(3)) patch[`$setElementOrder/${key}`] = this.#roll() < 6 ? names : names.reverse();
    patch[key] = this.#may(1) ? [...items, { $patch: 'replace' }] : items;
  }
}
