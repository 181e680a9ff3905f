import type { Steps } from '../../../sim/index.ts';
import { selectAll } from '../builder.ts';
import { KubectlError } from '../errors.ts';
import type { Kubectl } from '../kubectl.ts';
import { finish, metadata, nameArgument, sortedMap } from './send.ts';

type Fields = Record<string, any>;

function command(k: Kubectl): readonly string[] {
  return k.dash >= 0 ? k.args.slice(k.dash) : k.args.slice(1);
}

export function* createDeployment(k: Kubectl): Steps<void> {
  const name = nameArgument(k);
  const words = command(k);
  const images = k.flags.list('image');
  if (images.length > 1 && words.length > 0)
    throw new KubectlError('cannot specify multiple --image options and command');
  const labels = { app: name };
  const containers: Fields[] = images.map((image) => ({
    name: containerName(k, image),
    image,
    ...(words.length > 0 ? { command: [...words] } : {}),
    resources: {},
  }));
  const port = k.flags.int('port');
  if (port >= 0 && containers[0]) {
    const { name: n, image, command: c, resources } = containers[0];
    containers[0] = {
      name: n,
      image,
      ...(c ? { command: c } : {}),
      ports: [{ containerPort: port }],
      resources,
    };
  }
  const object = {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: metadata(k, name, { labels }),
    spec: {
      replicas: k.flags.int('replicas'),
      selector: { matchLabels: labels },
      template: { metadata: { creationTimestamp: null, labels }, spec: { containers } },
      strategy: {},
    },
    status: {},
  };
  yield* finish(k, {
    object,
    root: 'apis/apps/v1',
    plural: 'deployments',
    namespaced: true,
    failure: 'failed to create deployment: ',
  });
}

/** The image's last part without tag and digest, made a valid name. Models create_deployment.go sanitizeAndUniquify. */
function containerName(k: Kubectl, image: string): string {
  const last = image.split('/').at(-1) as string;
  const name = (last.split(':')[0] as string).split('@')[0] as string;
  if (!/[_.]/.test(name)) return name;
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  let suffix = '';
  for (let i = 0; i < 5; i++) suffix += letters[k.context.host.random.below(letters.length)];
  return `${name.replace(/[_.]/g, '-')}-${suffix}`;
}

function jobContainer(name: string, image: string, words: readonly string[]): Fields {
  return { name, image, ...(words.length > 0 ? { command: [...words] } : {}), resources: {} };
}

export function* createJob(k: Kubectl): Steps<void> {
  const name = nameArgument(k);
  const image = k.flags.string('image');
  const from = k.flags.string('from');
  const words = command(k);
  if ((image === '') === (from === '')) throw new KubectlError('either --image or --from must be specified');
  if (from !== '' && words.length > 0) throw new KubectlError('cannot specify --from and command');
  const object =
    from !== ''
      ? yield* jobFrom(k, name, from)
      : {
          kind: 'Job',
          apiVersion: 'batch/v1',
          metadata: metadata(k, name),
          spec: {
            template: {
              metadata: { creationTimestamp: null },
              spec: { containers: [jobContainer(name, image, words)], restartPolicy: 'Never' },
            },
          },
          status: {},
        };
  yield* finish(k, {
    object,
    root: 'apis/batch/v1',
    plural: 'jobs',
    namespaced: true,
    failure: 'failed to create job: ',
  });
}

/** A run of a cron job by hand. Models create_job.go createJobFromCronJob. */
function* jobFrom(k: Kubectl, name: string, from: string): Steps<Fields> {
  const infos = yield* selectAll(k, { args: [from] });
  if (infos.length !== 1) throw new KubectlError('from must be an existing cronjob');
  const cronJob = infos[0]?.object as Fields;
  if (cronJob['kind'] !== 'CronJob') throw new KubectlError(`unknown object type *v1.${cronJob['kind']}`);
  const template = cronJob['spec'].jobTemplate;
  const annotations = sortedMap({
    'cronjob.kubernetes.io/instantiate': 'manual',
    ...(template.metadata?.annotations ?? {}),
  });
  const labels = template.metadata?.labels;
  return {
    kind: 'Job',
    apiVersion: 'batch/v1',
    metadata: {
      name,
      ...(k.namespaceGiven ? { namespace: k.namespace } : {}),
      creationTimestamp: null,
      ...(labels ? { labels } : {}),
      annotations,
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          name: cronJob['metadata'].name,
          uid: cronJob['metadata'].uid,
          controller: true,
        },
      ],
    },
    spec: template.spec,
    status: {},
  };
}

export function* createCronJob(k: Kubectl): Steps<void> {
  const name = nameArgument(k);
  const container = jobContainer(name, k.flags.string('image'), command(k));
  const restartPolicy = k.flags.string('restart') || 'OnFailure';
  const object = {
    kind: 'CronJob',
    apiVersion: 'batch/v1',
    metadata: metadata(k, name),
    spec: {
      schedule: k.flags.string('schedule'),
      jobTemplate: {
        metadata: { name, creationTimestamp: null },
        spec: {
          template: {
            metadata: { creationTimestamp: null },
            spec: { containers: [container], restartPolicy },
          },
        },
      },
    },
    status: {},
  };
  yield* finish(k, {
    object,
    root: 'apis/batch/v1',
    plural: 'cronjobs',
    namespaced: true,
    failure: 'failed to create cronjob: ',
  });
}
