import { dialRuntime } from '../../../cluster/client/cri-dial.ts';
import { type Steps, waitOn } from '../../../sim/index.ts';
import { normalVersion } from '../configuration.ts';
import { type ClusterPlan, CRI_SOCKET, IMAGE_REPOSITORY, imagesOf } from '../plan.ts';
import { type Call, Refusal, type Subcommand } from './call.ts';

const FLAGS = {
  'kubernetes-version': 'string',
  'image-repository': 'string',
  'cri-socket': 'string',
  config: 'string',
} as const;

function wanted(call: Call): Pick<ClusterPlan, 'kubernetesVersion' | 'imageRepository'> {
  if (call.flags.has('config'))
    throw new Refusal('--config of "kubeadm config images" does not exist in this world');
  return {
    kubernetesVersion: normalVersion(call.flags.get('kubernetes-version') ?? call.version),
    imageRepository: call.flags.get('image-repository') ?? IMAGE_REPOSITORY,
  };
}

// Models cmd/kubeadm/app/cmd/config.go newCmdConfigImagesList
const list: Subcommand = {
  path: 'config images list',
  flags: FLAGS,
  run: (call) =>
    Object.values(imagesOf(wanted(call)))
      .map((image) => `${image}\n`)
      .join(''),
};

// Models cmd/kubeadm/app/cmd/config.go newCmdConfigImagesPull
const pull: Subcommand = {
  path: 'config images pull',
  flags: FLAGS,
  run: (call) => pullImages(call, wanted(call), (image) => `[config/images] Pulled ${image}`),
};

/** Pulls the images of a release, and says so of each. */
export function* pullImages(
  call: Call,
  plan: Pick<ClusterPlan, 'kubernetesVersion' | 'imageRepository'>,
  told: (image: string) => string | undefined,
): Steps<void> {
  const { runtime, problem } = dialRuntime(call.context.host, CRI_SOCKET);
  if (!runtime) throw new Refusal(`failed to create new CRI runtime service: ${problem}`);
  for (const image of Object.values(imagesOf(plan))) {
    const pulling = runtime.pullImage(image);
    while (!pulling.done) yield* waitOn([pulling.finished]);
    if (pulling.error !== undefined)
      throw new Refusal(`failed to pull image "${image}": failed to pull image ${image}: ${pulling.error}`);
    const text = told(image);
    if (text !== undefined) yield* call.say(text);
  }
}

export const IMAGES: readonly Subcommand[] = [list, pull];
