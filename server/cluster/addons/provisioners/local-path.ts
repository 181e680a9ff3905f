import type { Main } from '../../../host/index.ts';
import type { KubeObject } from '../../../objects/object.ts';
import { RESOURCES } from '../../client/resources.ts';
import { log } from '../../images/serve.ts';
import { type Agent, startAgent } from '../agent.ts';
import { type PlannedVolume, ProvisionError, Provisioner, type VolumeMaker } from './provisioner.ts';

const HELPER_IMAGE = 'rancher/mirrored-library-busybox:1.36.1';
const DEFAULT_NODE = 'DEFAULT_PATH_FOR_NON_LISTED_NODES';
const CONFIG = 'local-path-config';

/** local-path-provisioner: volumes that are directories of the node their pod runs on. */
export const localPathProvisioner: Main = function* (context) {
  const agent = yield* startAgent(context, {
    userAgent: 'local-path-provisioner',
    cannotStart: (message) =>
      `time="${new Date(context.now).toISOString().slice(0, 19)}Z" level=fatal msg="Error starting daemon: unable to get client config: ${message}"\n`,
  });
  if (!agent) return 1;
  const namespace = context.env.get('POD_NAMESPACE') ?? 'local-path-storage';
  new Provisioner(agent, new LocalPath(agent, namespace));
  agent.log('I', 'controller.go:824', 'Starting provisioner controller rancher.io/local-path!');
  yield* agent.run();
  return 0;
};

class LocalPath implements VolumeMaker {
  readonly name = 'rancher.io/local-path';
  readonly watches = [RESOURCES.pods, RESOURCES.configmaps];
  readonly #agent: Agent;
  readonly #namespace: string;

  constructor(agent: Agent, namespace: string) {
    this.#agent = agent;
    this.#namespace = namespace;
  }

  prepare(volume: PlannedVolume): boolean {
    const { claim, node } = volume;
    if (claim.spec?.accessModes?.some((mode: string) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany'))
      throw new ProvisionError(
        'NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes',
      );
    if (claim.spec?.selector) throw new ProvisionError('claim.Spec.Selector is not supported');
    if (node === undefined) throw new ProvisionError('configuration error, no node was specified');
    const path = this.#path(volume);
    const done = this.#help('create', 'setup', volume.name, node, path);
    if (done) this.#say(`Volume ${volume.name} has been created on ${node}:${path}`);
    return done;
  }

  specOf(volume: PlannedVolume): object {
    const term = { key: 'kubernetes.io/hostname', operator: 'In', values: [volume.node] };
    return {
      hostPath: { path: this.#path(volume), type: 'DirectoryOrCreate' },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [term] }] } },
    };
  }

  remove(volume: KubeObject): boolean {
    const path = volume.spec?.hostPath?.path;
    const node =
      volume.spec?.nodeAffinity?.required?.nodeSelectorTerms?.[0]?.matchExpressions?.[0]?.values?.[0];
    if (!path || !node) return true;
    const done = this.#help('delete', 'teardown', volume.metadata.name, node, path);
    if (done) this.#say(`Volume ${volume.metadata.name} has been deleted on ${node}:${path}`);
    return done;
  }

  /** A line of logrus, beside those of the provisioner's library. */
  #say(message: string): void {
    const { now } = this.#agent.context;
    const time = new Date(now).toISOString().replace(/\.\d+/, '');
    log(this.#agent.context, `time="${time}" level=info msg="${message}"\n`, 2);
  }

  #path({ name, claim, node }: PlannedVolume): string {
    const { namespace, name: claimName } = claim.metadata;
    return `${this.#base(node ?? '')}/${name}_${namespace}_${claimName}`;
  }

  /** Where a node keeps volumes, by `config.json`. */
  #base(node: string): string {
    const config = this.#agent.watch(RESOURCES.configmaps).get(`${this.#namespace}/${CONFIG}`);
    let entries: { node?: string; paths?: string[] }[] = [];
    try {
      entries = JSON.parse(config?.['data']?.['config.json'] ?? '{}').nodePathMap ?? [];
    } catch {
      throw new ProvisionError('fail to load config file: invalid JSON');
    }
    const entry =
      entries.find((one) => one.node === node) ?? entries.find((one) => one.node === DEFAULT_NODE);
    const path = entry?.paths?.[0];
    if (path === undefined)
      throw new ProvisionError(`config doesn't contain node ${node}, and no ${DEFAULT_NODE} available`);
    return path;
  }

  /** Has a pod on the node run a script of the configuration; true once it has. Models createHelperPod */
  #help(action: string, script: string, volume: string, node: string, path: string): boolean {
    const name = `helper-pod-${action}-${volume}`;
    const pod = this.#agent.watch(RESOURCES.pods).get(`${this.#namespace}/${name}`);
    if (pod?.metadata.deletionTimestamp) return false;
    if (!pod) {
      this.#say(`${action === 'create' ? 'Creating' : 'Deleting'} volume ${volume} at ${node}:${path}`);
      this.#say(`create the helper pod ${name} into ${this.#namespace}`);
      this.#agent.client.create(RESOURCES.pods, helperPod(name, script, node, path), this.#namespace);
      return false;
    }
    if (pod.status?.phase !== 'Succeeded') return false;
    this.#agent.client.delete(RESOURCES.pods, name, this.#namespace, { gracePeriodSeconds: 0 });
    return true;
  }
}

function helperPod(name: string, script: string, node: string, path: string): object {
  const parent = path.slice(0, path.lastIndexOf('/'));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      nodeName: node,
      serviceAccountName: 'local-path-provisioner-service-account',
      restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
      priorityClassName: 'system-node-critical',
      containers: [
        {
          name: 'helper-pod',
          image: HELPER_IMAGE,
          imagePullPolicy: 'IfNotPresent',
          command: ['/bin/sh', `/script/${script}`],
          env: [
            { name: 'VOL_DIR', value: path },
            { name: 'VOL_MODE', value: 'Filesystem' },
          ],
          volumeMounts: [
            { name: 'data', mountPath: parent },
            { name: 'script', mountPath: '/script' },
          ],
        },
      ],
      volumes: [
        { name: 'data', hostPath: { path: parent, type: 'DirectoryOrCreate' } },
        {
          name: 'script',
          configMap: {
            name: CONFIG,
            items: [
              { key: 'setup', path: 'setup' },
              { key: 'teardown', path: 'teardown' },
            ],
          },
        },
      ],
    },
  };
}
