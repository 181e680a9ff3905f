import type { Files } from '../files/files.ts';
import { globMatch } from '../glob-match.ts';
import { readStanzas } from './database.ts';

/** One suite of one repository, as a line of the sources says. */
export interface Source {
  readonly uri: string;
  /** `noble`, or `/` for a repository without suites. */
  readonly suite: string;
  readonly components: readonly string[];
  /** Where the key lies that its index must be signed with; undefined: the distribution's. */
  readonly keyring: string | undefined;
  readonly trusted: boolean;
  /** The file it stands in. */
  readonly file: string;
}

export class SourceError extends Error {
  override name = 'SourceError';
}

const LIST = '/etc/apt/sources.list';
const DIRECTORY = '/etc/apt/sources.list.d';

/** Everything that apt is told to look at. Throws SourceError for what it cannot read. */
export function readSources(fs: Files): Source[] {
  const files = [LIST];
  if (fs.isDirectory(DIRECTORY))
    files.push(
      ...fs
        .list(DIRECTORY)
        .sort()
        .map((name) => `${DIRECTORY}/${name}`),
    );
  return files.filter((file) => fs.isFile(file)).flatMap((file) => readFile(fs.read(file), file));
}

function readFile(text: string, file: string): Source[] {
  if (globMatch('*.sources', file))
    return readStanzas(text.replace(/^#.*\n/gm, '')).flatMap((s) => fromStanza(s, file));
  if (!globMatch('*.list', file)) return [];
  return text.split('\n').flatMap((line, i) => fromLine(line, file, i + 1));
}

function fromLine(line: string, file: string, number: number): Source[] {
  const text = line.replace(/#.*/, '').trim();
  if (text === '') return [];
  const [, type, options = '', rest = ''] = /^(\S+)(?:\s+\[([^\]]*)\])?\s*(.*)$/.exec(text) ?? [];
  if (type === 'deb-src') return [];
  if (type !== 'deb')
    throw new SourceError(`Type '${type}' is not known on line ${number} in source list ${file}`);
  const [uri, suite, ...components] = rest.split(/\s+/);
  if (!uri || !/^[a-z+]+:/.test(uri))
    throw new SourceError(`Malformed entry ${number} in list file ${file} (URI)`);
  if (!suite) throw new SourceError(`Malformed entry ${number} in list file ${file} (Suite)`);
  if (!suite.endsWith('/') && components.length === 0)
    throw new SourceError(`Malformed entry ${number} in list file ${file} (Component)`);
  const option = (name: string) => new RegExp(`(?:^|\\s)${name}=(\\S+)`).exec(options)?.[1];
  return [
    {
      uri: uri.replace(/\/$/, ''),
      suite,
      components,
      keyring: option('signed-by'),
      trusted: option('trusted') === 'yes',
      file,
    },
  ];
}

function fromStanza(stanza: ReadonlyMap<string, string>, file: string): Source[] {
  const words = (field: string) => (stanza.get(field) ?? '').split(/\s+/).filter((word) => word !== '');
  if (words('Enabled')[0] === 'no' || !words('Types').includes('deb')) return [];
  return words('URIs').flatMap((uri) =>
    words('Suites').map((suite) => ({
      uri: uri.replace(/\/$/, ''),
      suite,
      components: words('Components'),
      keyring: words('Signed-By')[0],
      trusted: words('Trusted')[0] === 'yes',
      file,
    })),
  );
}
