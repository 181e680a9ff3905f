import { offers, type Package, readSources } from '../../../host/packages/index.ts';
import type { Command } from '../../command.ts';

/** What a package is known to bring, by the names of its programs. */
function brings(pack: Package, name: string): boolean {
  return pack.files.some(({ path }) => /^\/usr\/s?bin\//.test(path) && path.endsWith(`/${name}`));
}

/**
 * Ubuntu's answer to a command that is not there: the packages that would bring it. Its database is made of the package
 * lists of the machine.
 */
export const commandNotFound: Command = {
  name: 'command-not-found',
  summary: 'suggest installation of packages in interactive bash sessions',
  paths: ['/usr/lib/command-not-found'],
  *main(context) {
    const name = context.args.filter((arg) => arg !== '--').at(-1) ?? '';
    const found = new Map<string, string>();
    for (const { pack } of offers(context.fs, readSources(context.fs)))
      if (brings(pack, name) && !found.has(pack.name)) found.set(pack.name, pack.version);
    if (found.size === 0) {
      yield* context.err(`${name}: command not found\n`);
      return 127;
    }
    const install = context.credentials.uid === 0 ? 'apt install' : 'sudo apt install';
    const [first] = found;
    const lines =
      found.size === 1
        ? [`${install} ${first?.[0]}`]
        : [...found].map(
            ([pack, version], i) =>
              `${`${install} ${pack}`.padEnd(install.length + 1 + Math.max(...[...found.keys()].map((one) => one.length)))}  # version ${version}${i < found.size - 1 ? ', or' : ''}`,
          );
    yield* context.err(`Command '${name}' not found, but can be installed with:\n${lines.join('\n')}\n`);
    return 127;
  },
};
