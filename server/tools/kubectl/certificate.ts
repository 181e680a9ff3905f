import { timestamp } from '../../objects/object.ts';
import type { Steps } from '../../sim/index.ts';
import { fileFlags, hasFiles, type Info, selectAll } from './builder.ts';
import { KubectlError } from './errors.ts';
import type { Kubectl } from './kubectl.ts';
import { operation, printerFor } from './printers.ts';
import { pathOf } from './resources.ts';

type Fields = Record<string, any>;

export function approve(k: Kubectl): Steps<void> {
  return decide(k, {
    type: 'Approved',
    other: 'Denied',
    word: 'approved',
    reason: 'KubectlApprove',
    verb: 'approve',
  });
}

export function deny(k: Kubectl): Steps<void> {
  return decide(k, {
    type: 'Denied',
    other: 'Approved',
    word: 'denied',
    reason: 'KubectlDeny',
    verb: 'deny',
  });
}

interface Decision {
  type: string;
  other: string;
  word: string;
  reason: string;
  verb: string;
}

/** Models kubectl/pkg/cmd/certificates/certificates.go. */
function* decide(k: Kubectl, decision: Decision): Steps<void> {
  if (k.args.length === 0 && !hasFiles(k))
    throw new KubectlError('one or more CSRs must be specified as <name> or -f <filename>');
  const args = k.args.length > 0 ? ['certificatesigningrequests', ...k.args] : [];
  const infos = yield* selectAll(k, { args, ...fileFlags(k), latest: true });
  for (const info of infos) yield* decideOne(k, info, decision);
}

function* decideOne(k: Kubectl, info: Info, { type, other, word, reason, verb }: Decision): Steps<void> {
  const object = structuredClone(info.object as Fields);
  const conditions: Fields[] = object['status']?.conditions ?? [];
  if (conditions.some((condition) => condition['type'] === other))
    throw new KubectlError(`certificate signing request ${JSON.stringify(info.name)} is already ${other}`);
  const already = conditions.some((condition) => condition['type'] === type);
  if (!already || k.flags.bool('force')) {
    const now = timestamp(k.now);
    const condition = {
      type,
      status: 'True',
      reason,
      message: `This CSR was ${word} by kubectl certificate ${verb}.`,
      lastUpdateTime: now,
    };
    object['status'] = {
      ...object['status'],
      conditions: [...conditions.filter((c) => c['type'] !== type), condition],
    };
    yield* k.api.put<Fields>(pathOf(info.resource, '', info.name, 'approval'), object);
  }
  yield* k.out(printerFor(k, yield* operation(k, word)).print(info.object as Fields));
}
