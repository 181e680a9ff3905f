import type { Steps } from '../../../sim/index.ts';
import type { Helm } from '../helm.ts';
import { type Release, releaseJson } from './release.ts';
import { ansiTime, encoded, formatOf } from './tables.ts';

export interface StatusOptions {
  readonly description?: boolean;
  readonly metadata?: boolean;
  readonly hideNotes?: boolean;
  /** What kubectl would show of the release's objects. */
  readonly resources?: string;
}

/** A release as it is told of. Models helm/cmd/helm/status.go statusPrinter. */
export function* tellStatus(helm: Helm, release: Release, options: StatusOptions = {}): Steps<void> {
  const format = formatOf(helm.flags.has('output') ? helm.flags.string('output') : 'table');
  if (format === 'table') yield* helm.out(statusText(release, options));
  else yield* helm.out(encoded(releaseJson(release), format));
}

export function statusText(release: Release, options: StatusOptions): string {
  const { info, chart } = release;
  const tests = release.hooks.filter(({ events, last_run }) => events.includes('test') && last_run);
  const ran = tests.filter(({ last_run }) => last_run.started_at);
  const dry = info.description.toLowerCase() === 'dry run complete';
  const hooks = release.hooks.map(({ path, manifest }) => `---\n# Source: ${path}\n${manifest}\n`);
  return [
    `NAME: ${release.name}\n`,
    `LAST DEPLOYED: ${ansiTime(info.last_deployed)}\n`,
    `NAMESPACE: ${release.namespace}\n`,
    `STATUS: ${info.status}\n`,
    `REVISION: ${release.version}\n`,
    options.metadata
      ? `CHART: ${chart.metadata.name}\nVERSION: ${chart.metadata.version}\nAPP_VERSION: ${chart.metadata.appVersion ?? ''}\n`
      : '',
    options.description ? `DESCRIPTION: ${info.description}\n` : '',
    options.resources ? `RESOURCES:\n${options.resources}\n` : '',
    tests.length === 0 ? 'TEST SUITE: None\n' : ran.map(testText).join(''),
    dry ? `HOOKS:\n${hooks.join('')}MANIFEST:\n${release.manifest}\n` : '',
    !options.hideNotes && info.notes !== '' ? `NOTES:\n${info.notes.trim()}\n` : '',
  ].join('');
}

function testText({ name, last_run }: Release['hooks'][number]): string {
  const { started_at = '', completed_at = '', phase } = last_run;
  return `TEST SUITE:     ${name}\nLast Started:   ${ansiTime(started_at)}\nLast Completed: ${ansiTime(completed_at)}\nPhase:          ${phase}\n`;
}
