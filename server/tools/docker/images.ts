import { type ImageStatus, UNPACKED } from '../../cluster/client/cri.ts';
import type { Steps } from '../../sim/index.ts';
import { type Call, DockerError, type Verb } from './call.ts';
import { bytesText, duration, familiar, fill, listing, NAMELESS, type Row, short } from './format.ts';
import { EngineError } from './model.ts';
import { layerDigest, layersOf, pull } from './pull.ts';

/** When the images of registries were built; those made here say so themselves. */
const BUILT = Date.UTC(2026, 3, 22, 21, 35, 47);

export function diskBytes(image: ImageStatus): number {
  return Math.round(image.size * UNPACKED);
}

export function builtAt(call: Call, image: ImageStatus): number {
  const { fs } = call.engine.host.init;
  const made = fs.tryStat(`/var/lib/docker/image/overlay2/${image.id.slice(7)}`);
  return made?.mtimeMs ?? BUILT;
}

function nameAndTag(reference: string): [string, string] {
  const name = familiar(reference);
  if (name.startsWith(NAMELESS)) return ['<none>', '<none>'];
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  return colon < 0 ? [name, 'latest'] : [name.slice(0, colon), name.slice(colon + 1)];
}

const COLUMNS = {
  Repository: 'REPOSITORY',
  Tag: 'TAG',
  ID: 'IMAGE ID',
  CreatedSince: 'CREATED',
  Size: 'SIZE',
};

function* images(call: Call): Steps<number> {
  const { context, engine, options, args } = call;
  const [wanted] = args;
  const all = engine.runtime
    .images()
    .filter((image) => {
      const [name, tag] = nameAndTag(image.repoTags[0] ?? '');
      return wanted === undefined || wanted === name || wanted === `${name}:${tag}`;
    })
    .sort((a, b) => builtAt(call, b) - builtAt(call, a));
  const isWhole = options.has('no-trunc');
  if (options.has('q')) {
    yield* context.out(all.map(({ id }) => `${isWhole ? id : short(id)}\n`).join(''));
    return 0;
  }
  const rows = all.map((image): Row => {
    const [name, tag] = nameAndTag(image.repoTags[0] ?? '');
    return {
      Repository: name,
      Tag: tag,
      ID: isWhole ? image.id : short(image.id),
      Digest: (image.repoDigests[0] ?? '').replace(/^[^@]*@/, ''),
      CreatedSince: `${duration(context.now - builtAt(call, image))} ago`,
      CreatedAt: new Date(builtAt(call, image)).toISOString(),
      Size: bytesText(diskBytes(image), 1000, 3),
    };
  });
  const columns = options.has('digests')
    ? {
        Repository: 'REPOSITORY',
        Tag: 'TAG',
        Digest: 'DIGEST',
        ID: 'IMAGE ID',
        CreatedSince: 'CREATED',
        Size: 'SIZE',
      }
    : COLUMNS;
  yield* context.out(listing(rows, columns, options.get('format')));
  return 0;
}

function* removeImages(call: Call): Steps<number> {
  const { context, options } = call;
  let code = 0;
  for (const name of call.args) {
    try {
      for (const line of removeImage(call, name, options.has('f'))) yield* context.out(`${line}\n`);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      yield* context.err(`Error response from daemon: ${error.message}\n`);
      code = 1;
    }
  }
  return code;
}

function removeImage({ engine }: Call, name: string, force: boolean): string[] {
  const image = engine.runtime.image(name);
  if (!image) throw new EngineError(`No such image: ${name.includes(':') ? name : `${name}:latest`}`);
  const reference = image.repoTags[0] ?? name;
  const others = engine.runtime.images().filter(({ id }) => id === image.id).length > 1;
  const user = engine.users(reference)[0];
  if (user && !others && (engine.isRunning(user) || !force)) {
    throw new EngineError(
      `conflict: unable to remove repository reference "${name}" (must force) - container ${short(user.id)} is using its referenced image ${short(image.id)}`,
    );
  }
  engine.runtime.removeImage(reference);
  const untagged = [`Untagged: ${familiar(reference)}`];
  if (others) return untagged;
  const digest = image.repoDigests[0];
  return [
    ...untagged,
    ...(digest === undefined ? [] : [`Untagged: ${familiar(digest)}`]),
    `Deleted: ${image.id}`,
    ...layersOf(image.id, image.size).map((layer) => `Deleted: ${layerDigest(layer)}`),
  ];
}

function* history(call: Call): Steps<number> {
  const image = call.engine.runtime.image(call.args[0] ?? '');
  if (!image) throw new EngineError(`No such image: ${call.args[0]}`);
  const config = call.engine.imageConfig(call.args[0] ?? '');
  const created = `${duration(call.context.now - builtAt(call, image))} ago`;
  const words = (list: readonly string[] | undefined) =>
    (list ?? []).map((word) => JSON.stringify(word)).join(' ');
  const rows: Row[] = [
    ...(config.cmd
      ? [
          {
            ID: short(image.id),
            CreatedSince: created,
            CreatedBy: `CMD [${words(config.cmd)}]`,
            Size: '0B',
            Comment: 'buildkit.dockerfile.v0',
          },
        ]
      : []),
    ...(config.entrypoint
      ? [
          {
            ID: '<missing>',
            CreatedSince: created,
            CreatedBy: `ENTRYPOINT [${words(config.entrypoint)}]`,
            Size: '0B',
            Comment: 'buildkit.dockerfile.v0',
          },
        ]
      : []),
    {
      ID: '<missing>',
      CreatedSince: created,
      CreatedBy: 'ADD rootfs.tar.xz / # buildkit',
      Size: bytesText(diskBytes(image), 1000, 3),
      Comment: 'buildkit.dockerfile.v0',
    },
  ];
  yield* call.context.out(
    listing(
      rows,
      { ID: 'IMAGE', CreatedSince: 'CREATED', CreatedBy: 'CREATED BY', Size: 'SIZE', Comment: 'COMMENT' },
      call.options.get('format'),
    ),
  );
  return 0;
}

function* prune(call: Call): Steps<number> {
  const { context, engine, options } = call;
  const unused = engine.runtime
    .images()
    .filter(({ repoTags }) => engine.users(repoTags[0] ?? '').length === 0);
  // Without -a only images without a name go, and here all have one.
  const gone = options.has('a') ? unused : [];
  const bytes = gone.reduce((sum, image) => sum + diskBytes(image), 0);
  if (gone.length > 0) yield* context.out('Deleted Images:\n');
  for (const image of gone)
    yield* context.out(
      `${removeImage(call, image.repoTags[0] ?? '', true)
        .join('\n')
        .toLowerCase()}\n`,
    );
  yield* context.out(`${gone.length > 0 ? '\n' : ''}Total reclaimed space: ${bytesText(bytes, 1000, 4)}\n`);
  return 0;
}

/** What `docker inspect` shows of an image. */
export function imageDetails(call: Call, name: string): unknown {
  const image = call.engine.runtime.image(name);
  if (!image) return undefined;
  const config = call.engine.imageConfig(name);
  return {
    Id: image.id,
    RepoTags: image.repoTags.map(familiar),
    RepoDigests: image.repoDigests.map(familiar),
    Parent: '',
    Comment: '',
    Created: new Date(builtAt(call, image)).toISOString(),
    DockerVersion: '',
    Author: '',
    Config: {
      User: config.user ?? '',
      ExposedPorts: Object.fromEntries((config.ports ?? []).map((port) => [port, {}])),
      Env: Object.entries(config.env ?? {}).map(([key, value]) => `${key}=${value}`),
      Cmd: config.cmd ?? null,
      WorkingDir: config.workingDir ?? '',
      Entrypoint: config.entrypoint ?? null,
      Labels: null,
    },
    Architecture: 'amd64',
    Os: 'linux',
    Size: diskBytes(image),
    RootFS: {
      Type: 'layers',
      Layers: layersOf(image.id, image.size).map(layerDigest),
    },
  };
}

function unsimulated(name: string, summary: string, why: string): Verb {
  return {
    names: [name, `image ${name}`],
    summary,
    usage: '[OPTIONS] NAME',
    options: 'u|username= p|password= password-stdin i|input= o|output= a|all-tags q|quiet',
    *run() {
      throw new DockerError(why);
    },
  };
}

export const IMAGE_VERBS: readonly Verb[] = [
  {
    names: ['images', 'image ls', 'image list'],
    summary: 'List images',
    usage: '[OPTIONS] [REPOSITORY[:TAG]]',
    options: 'a|all q|quiet no-trunc digests f|filter= format=',
    most: 1,
    run: images,
  },
  {
    names: ['pull', 'image pull'],
    summary: 'Download an image from a registry',
    usage: '[OPTIONS] NAME[:TAG|@DIGEST]',
    options: 'q|quiet a|all-tags platform=',
    least: 1,
    most: 1,
    *run({ context, engine, options, args }) {
      yield* pull(context, engine, args[0] ?? '', options.has('q'));
      return 0;
    },
  },
  {
    names: ['rmi', 'image rm', 'image remove'],
    summary: 'Remove one or more images',
    usage: '[OPTIONS] IMAGE [IMAGE...]',
    options: 'f|force no-prune',
    least: 1,
    run: removeImages,
  },
  {
    names: ['tag', 'image tag'],
    summary: 'Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE',
    usage: 'SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]',
    options: '',
    least: 2,
    most: 2,
    *run({ engine, args }) {
      const [source = '', target = ''] = args;
      if (!engine.runtime.image(source))
        throw new EngineError(`No such image: ${source.includes(':') ? source : `${source}:latest`}`);
      engine.runtime.tagImage(source, target);
      return 0;
    },
  },
  {
    names: ['history', 'image history'],
    summary: 'Show the history of an image',
    usage: '[OPTIONS] IMAGE',
    options: 'H|human no-trunc q|quiet format=',
    least: 1,
    most: 1,
    run: history,
  },
  {
    names: ['image prune'],
    summary: 'Remove unused images',
    usage: '[OPTIONS]',
    options: 'a|all f|force filter=',
    most: 0,
    run: prune,
  },
  {
    names: ['image inspect'],
    summary: 'Display detailed information on one or more images',
    usage: '[OPTIONS] IMAGE [IMAGE...]',
    options: 'f|format=',
    least: 1,
    *run(call) {
      const found = call.args.map((name) => imageDetails(call, name) ?? missing(name));
      const format = call.options.get('f');
      yield* call.context.out(
        format === undefined
          ? `${JSON.stringify(found, undefined, 4)}\n`
          : found.map((value) => `${fill(format, value)}\n`).join(''),
      );
      return 0;
    },
  },
  unsimulated(
    'save',
    'Save one or more images to a tar archive (streamed to STDOUT by default)',
    'docker save is not simulated',
  ),
  unsimulated('load', 'Load an image from a tar archive or STDIN', 'docker load is not simulated'),
  unsimulated(
    'import',
    'Import the contents from a tarball to create a filesystem image',
    'docker import is not simulated',
  ),
  unsimulated('search', 'Search Docker Hub for images', 'docker search is not simulated'),
];

function missing(name: string): never {
  throw new EngineError(`No such image: ${name}`);
}
