import { bodyText } from '../../../host/index.ts';
import type { Steps } from '../../../sim/index.ts';
import type { Helm } from '../helm.ts';
import { hooksOf, runHooks } from './hooks.ts';
import { checkReachable } from './prepare.ts';
import type { Release } from './release.ts';
import { Storage } from './storage.ts';

/** Runs a release's tests. Models helm/pkg/action ReleaseTesting. */
export function* runTests(
  helm: Helm,
  name: string,
): Steps<{ release: Release; failure: Error | undefined; logs: string }> {
  yield* checkReachable(helm);
  const storage = new Storage(helm);
  const release = yield* storage.last(name);
  const { flags } = helm;
  const wanted = flags.list('filter').map((text) => text.replace(/^name=/, ''));
  const [only, not] = [
    wanted.filter((text) => !text.startsWith('!')),
    wanted.filter((text) => text.startsWith('!')),
  ];
  const all = release.hooks;
  release.hooks = all.filter(
    (hook) =>
      (only.length === 0 || only.includes(hook.name)) &&
      !not.includes(`!name=${hook.name}`) &&
      !not.includes(`!${hook.name}`),
  );
  let failure: Error | undefined;
  try {
    yield* runHooks(helm, release, {
      event: 'test',
      timeoutMs: flags.duration('timeout'),
      changed: (one) => storage.update({ ...one, hooks: all }),
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    failure = error;
  }
  release.hooks = all;
  yield* storage.update(release);
  return { release, failure, logs: flags.bool('logs') ? yield* logsOf(helm, release) : '' };
}

function* logsOf(helm: Helm, release: Release): Steps<string> {
  let out = '';
  for (const { name, kind } of hooksOf(release, 'test')) {
    if (kind !== 'Pod') continue;
    const path = `/api/v1/namespaces/${release.namespace}/pods/${name}/log`;
    out += `POD LOGS: ${name}\n${bodyText(yield* helm.client.api.request('GET', path, { raw: true }))}\n`;
  }
  return out;
}
