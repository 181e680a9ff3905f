import type { Context } from '../../host/index.ts';
import type { Steps } from '../../sim/index.ts';
import type { MinikubeCluster } from './cluster.ts';
import { onNode } from './machine.ts';

const HELP = `Manage images

Available Commands:
  load          Load an image into minikube
  ls            List images
  pull          Pull images
  rm            Remove one or more images

Usage:
  minikube image COMMAND [flags] [options]
`;

/** Names and tags of the node's images, one a line, as \`crictl images\` has them. */
const NAMES = `crictl images | awk 'NR > 1 { print $1 ":" $2 }' | sort -r`;

/** `minikube image …` */
export function* image(context: Context, _cluster: MinikubeCluster, args: readonly string[]): Steps<number> {
  const [verb, ...rest] = args;
  const names = rest.filter((arg) => !arg.startsWith('-'));
  switch (verb) {
    case 'ls':
    case 'list':
      return yield* onNode(context, [NAMES], 1);
    case 'rm':
    case 'remove':
    case 'unload':
      return yield* onNode(context, ['crictl', 'rmi', ...names]);
    case 'pull':
      return yield* each(
        context,
        names,
        (name) =>
          `❌  Exiting due to GUEST_IMAGE_PULL: Failed to pull images: failed pulling: pulling image ${name} failed`,
      );
    case 'load':
      return yield* each(
        context,
        names,
        (name) =>
          `❌  Exiting due to GUEST_IMAGE_LOAD: Failed to load image: save to dir: caching images: caching image "${name}": manifest unknown`,
      );
    case undefined:
      yield* context.out(HELP);
      return 0;
    default:
      yield* context.err(
        ['build', 'save', 'push', 'tag'].includes(verb)
          ? `\n❌  Exiting due to UNIMPLEMENTED: minikube image ${verb} is not simulated here\n\n`
          : `Error: unknown command "${verb}" for "minikube image"\nRun 'minikube image --help' for usage.\n`,
      );
      return 1;
  }
}

/** Has the node fetch every image; there is no other store of images beside it. */
function* each(context: Context, names: readonly string[], why: (name: string) => string): Steps<number> {
  if (names.length === 0) {
    yield* context.err(
      '\n❌  Exiting due to MK_USAGE: Please provide an image in your local daemon to load into minikube via <minikube image load IMAGE_NAME>\n\n',
    );
    return 14;
  }
  for (const name of names) {
    if ((yield* onNode(context, ['crictl', 'pull', name])) === 0) continue;
    yield* context.err(`\n${why(name)}\n\n`);
    return 80;
  }
  return 0;
}
