import { linearRegex } from '../../../objects/linear-regex.ts';
import type { Steps } from '../../../sim/index.ts';
import { HelmError } from '../errors.ts';
import type { Helm } from '../helm.ts';
import { encoded, formatOf, tableText } from '../release/tables.ts';
import { type ChartVersion, indexPath, parseIndex, repositories } from '../repo/repositories.ts';
import { parseConstraint, parseVersion, type Version } from '../semver.ts';
import { ANY, type HelmCommand } from './command.ts';

interface Found extends ChartVersion {
  readonly full: string;
  readonly score: number;
}

/** `helm search repo`. Models helm/cmd/helm/search_repo.go. */
const searchRepo: HelmCommand = {
  args: [0, ANY],
  *run(helm): Steps<void> {
    const { flags } = helm;
    const format = formatOf(flags.string('output'));
    const found = matching(helm, helm.args.join(' '));
    if (found.length === 0 && flags.bool('fail-on-no-result')) throw new HelmError('no results found');
    const rows = found.map(({ full, version, appVersion = '', description = '' }) => ({
      name: full,
      version,
      app_version: appVersion,
      description,
    }));
    if (format !== 'table') yield* helm.out(encoded(rows, format));
    else if (rows.length === 0) yield* helm.out('No results found\n');
    else {
      const head = ['NAME', 'CHART VERSION', 'APP VERSION', 'DESCRIPTION'];
      const width = flags.int('max-col-width');
      yield* helm.out(
        tableText([head, ...rows.map((row) => Object.values(row))], width === 0 ? undefined : width),
      );
    }
  },
};

function matching(helm: Helm, words: string): Found[] {
  const { flags } = helm;
  const known = repositories(helm) ?? [];
  if (known.length === 0) throw new HelmError('no repositories configured');
  const wish = flags.string('version') || (flags.bool('devel') ? '>0.0.0-0' : '>0.0.0');
  const constraint = parseConstraint(wish);
  if (!constraint) throw new HelmError(`an invalid version/constraint format: improper constraint: ${wish}`);
  const out: Found[] = [];
  for (const { name } of known) {
    const path = indexPath(helm, name);
    if (!helm.context.fs.exists(path)) continue;
    for (const [chart, versions] of parseIndex(helm.readFile(path))) {
      const fit = versions.filter(({ version }) => constraint(parseVersion(version) as Version));
      const listed = flags.bool('versions') ? fit : fit.slice(0, 1);
      for (const version of listed) {
        const full = `${name}/${chart}`;
        const score = scoreOf(version, full, { words, regexp: flags.bool('regexp') });
        if (score >= 0) out.push({ ...version, full, score });
      }
    }
  }
  return out.sort((a, b) => a.score - b.score || (a.full < b.full ? -1 : a.full > b.full ? 1 : 0));
}

/** Where the words stand: earlier is better; -1: nowhere. Models search.calcScore. */
function scoreOf(
  { description = '', keywords = [] }: ChartVersion,
  full: string,
  { words, regexp }: { words: string; regexp: boolean },
): number {
  const text = [full, full, description, keywords.join(' ')].join('\v').toLowerCase();
  if (words === '') return 0;
  if (regexp) {
    const matcher = linearRegex(words).matcher(text);
    return matcher.find() ? scoreAt(text, matcher.start()) : -1;
  }
  const at = words
    .toLowerCase()
    .split(/\s+/)
    .map((word) => text.indexOf(word));
  return at.includes(-1) ? -1 : scoreAt(text, Math.min(...at));
}

function scoreAt(text: string, at: number): number {
  let field = 0;
  for (let i = 0; i < at; i++) if (text[i] === '\v') field++;
  return field;
}

/** There is no internet. */
const searchHub: HelmCommand = {
  args: [0, ANY],
  *run(helm): Steps<void> {
    const endpoint = helm.flags.string('endpoint');
    throw new HelmError(`unable to perform search against ${JSON.stringify(endpoint)}`);
  },
};

export const SEARCH: Readonly<Record<string, HelmCommand>> = {
  'search repo': searchRepo,
  'search hub': searchHub,
};
