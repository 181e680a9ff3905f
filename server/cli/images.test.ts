import { describe, expect, it } from 'vitest';
import { makeImage, PATH } from '../cluster/images/image.ts';
import { IMAGES, imageDisk, Registry } from '../cluster/images/index.ts';
import { EXAMPLE_PATHS, exampleObjects } from '../cluster/manifests/examples/index.ts';
import { LogRegistry } from '../cluster/store/registry.ts';
import { Disk, filesOn } from '../host/index.ts';
import { Clock } from '../sim/index.ts';
import { worldBuilder } from './builder.ts';

const { programs } = worldBuilder.programs(new LogRegistry());

/** The oldest and the newest: images of a repository differ by age. */
const tagsOf = (tags: readonly string[]) =>
  [...new Set([tags[0], tags.at(-1)])].filter((tag) => tag !== undefined);

describe('every image can be made, and has what it starts', () => {
  it.each(IMAGES.map((family) => [family.repository, family] as const))('%s', (repository, family) => {
    for (const tag of tagsOf(family.tags)) {
      const image = makeImage(repository, tag, family);
      const base = imageDisk(image, programs);
      const files = filesOn(new Disk({ clock: new Clock(0), base, type: 'overlay' }));
      const { entrypoint = [], cmd = [], env, workingDir = '' } = image.config;
      const [first] = [...entrypoint, ...cmd];
      if (first === undefined) continue;
      const folders = first.includes('/')
        ? [first.startsWith('/') ? '' : `${workingDir}/`]
        : (env?.['PATH'] ?? PATH).split(':').map((folder) => `${folder}/`);
      expect(
        folders.some((folder) => files.isFile(`${folder}${first}`)),
        `${first} in ${repository}:${tag}`,
      ).toBe(true);
    }
  });
});

it('what the examples of the documentation run can be pulled', () => {
  const registry = new Registry(IMAGES);
  const written = JSON.stringify(EXAMPLE_PATHS.map(exampleObjects));
  const names = new Set([...written.matchAll(/"image":"([^"<]+)"/g)].map(([, name]) => name as string));
  expect(names.size).toBeGreaterThan(20);
  for (const name of names) expect(() => registry.resolve(name)).not.toThrow();
});
