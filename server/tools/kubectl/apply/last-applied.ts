import type { Steps } from '../../../sim/index.ts';
import { fileFlags, selectAll } from '../builder.ts';
import { LAST_APPLIED } from '../create/send.ts';
import { KubectlError } from '../errors.ts';
import { goJson } from '../go-json.ts';
import type { Kubectl } from '../kubectl.ts';
import { operation, printerFor } from '../printers.ts';
import { pathOf } from '../resources.ts';
import { toYaml } from '../yaml.ts';
import { parseSaved } from './apply.ts';

type Fields = Record<string, any>;

export function* viewLastApplied(k: Kubectl): Steps<void> {
  const { flags } = k;
  const output = flags.string('output');
  if (!['yaml', 'json'].includes(output))
    throw k.usage(`Unexpected -o output mode: ${output}, the flag 'output' must be one of yaml|json`);
  const infos = yield* selectAll(k, {
    args: k.args,
    ...fileFlags(k),
    labelSelector: flags.string('selector'),
    selectAll: flags.bool('all'),
    latest: true,
  });
  for (const info of infos) {
    const saved = parseSaved(info.object?.['metadata'].annotations?.[LAST_APPLIED]);
    if (saved === undefined) {
      if (info.source === '') continue;
      throw new KubectlError(
        `error when no last-applied-configuration annotation found on resource: ${info.name}\n ${JSON.stringify(info.source)}: <nil>`,
      );
    }
    yield* k.out(output === 'json' ? `${goJson(saved, { indent: '  ' })}\n` : toYaml(saved));
  }
}

export function* setLastApplied(k: Kubectl): Steps<void> {
  const { flags } = k;
  const dryRun = yield* k.dryRun();
  const infos = yield* selectAll(k, { ...fileFlags(k) });
  for (const info of infos) {
    // As the file has it, without the annotations that an apply adds.
    const wanted = `${goJson(info.object)}\n`;
    const path = pathOf(info.resource, info.namespace, info.name);
    const current = yield* k.api.get<Fields>(path);
    if (current['metadata'].annotations?.[LAST_APPLIED] === undefined && !flags.bool('create-annotation'))
      throw new KubectlError(
        `no last-applied-configuration annotation found on resource: ${info.name}, to create the annotation, run the command with --create-annotation`,
      );
    const saved = parseSaved(current['metadata'].annotations?.[LAST_APPLIED]);
    if (saved && `${goJson(saved)}\n` === wanted) {
      yield* k.out(`set-last-applied ${info.name}: no changes required.\n`);
      continue;
    }
    info.object = current;
    if (dryRun !== 'client') {
      info.object = yield* k.api.patch<Fields>(
        path,
        'application/merge-patch+json',
        goJson({ metadata: { annotations: { [LAST_APPLIED]: wanted } } }),
        { query: { dryRun: dryRun === 'server' ? 'All' : undefined } },
      );
    }
    yield* k.out(printerFor(k, yield* operation(k, 'configured')).print(info.object));
  }
}
