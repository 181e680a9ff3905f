import { type FlagValues, flagList, unsimulatedFlags } from '../flags.ts';
import { FLAGS, UNSIMULATED } from './program-flags.ts';

/** Numbers that must be above 0, and those that must be within bounds. */
const POSITIVE = [
  'concurrent-cron-job-syncs',
  'concurrent-ephemeralvolume-syncs',
  'concurrent-horizontal-pod-autoscaler-syncs',
  'concurrent-job-syncs',
  'concurrent-statefulset-syncs',
];
const AT_MOST: Readonly<Record<string, number>> = {
  'concurrent-service-endpoint-syncs': 50,
  'max-endpoints-per-slice': 1000,
  'mirroring-concurrent-service-endpoint-syncs': 50,
  'mirroring-max-endpoints-per-subset': 1000,
};

/** Flags that sign for one signer alone, by the signer's name: `--cluster-signing-<flag>-cert-file`. */
export const SIGNER_FLAGS: Readonly<Record<string, string>> = {
  'kubernetes.io/kubelet-serving': 'kubelet-serving',
  'kubernetes.io/kube-apiserver-client-kubelet': 'kubelet-client',
  'kubernetes.io/kube-apiserver-client': 'kube-apiserver-client',
  'kubernetes.io/legacy-unknown': 'legacy-unknown',
};

/** What is wrong with values that are well-formed. Models cmd/kube-controller-manager/app/options Validate */
export function flagProblems(flags: FlagValues): string[] {
  const bad = (name: string, how: string) => `${name} must ${how}, but got ${flags.get(name)}`;
  const number = (name: string) => Number(flags.get(name) ?? 1);
  return [
    ...unsimulatedFlags(flags, FLAGS, UNSIMULATED),
    ...POSITIVE.filter((name) => number(name) < 1).map((name) => bad(name, 'be greater than 0')),
    ...Object.entries(AT_MOST).flatMap(([name, most]) => {
      if (number(name) < 1) return [bad(name, 'not be less than 1')];
      return number(name) > most ? [bad(name, `not be more than ${most}`)] : [];
    }),
    ...signing(flags),
    ...(flagList(flags, 'service-cluster-ip-range').length > 2
      ? ['--service-cluster-ip-range can not contain more than two entries']
      : []),
  ];
}

function signing(flags: FlagValues): string[] {
  const problems: string[] = [];
  let anyOwn = false;
  for (const flag of Object.values(SIGNER_FLAGS)) {
    const [certificate, key] = ['cert', 'key'].map((part) =>
      Boolean(flags.get(`cluster-signing-${flag}-${part}-file`)),
    );
    anyOwn ||= Boolean(certificate || key);
    if (certificate === key) continue;
    const why = certificate ? 'cannot specify cert without key' : 'cannot specify key without cert';
    problems.push(`"cluster-signing-${flag}": ${why}`);
  }
  const anyCommon = flags.get('cluster-signing-cert-file') || flags.get('cluster-signing-key-file');
  if (anyOwn && anyCommon) {
    const all = '--cluster-signing-{cert,key}-file and other --cluster-signing-*-file flags';
    problems.push(`cannot specify ${all} at the same time`);
  }
  return problems;
}
