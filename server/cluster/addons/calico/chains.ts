import { createHash } from 'node:crypto';
import type { KernelRules, NetworkNamespace } from '../../../host/index.ts';
import { matches, selectorOf } from '../../../objects/label-selector.ts';
import type { KubeObject } from '../../../objects/object.ts';

/** What Felix makes its rules from: the pods of its node by their cables, and the policies of a namespace. */
export interface ChainsView {
  readonly host: NetworkNamespace;
  podAt(address: string): KubeObject | undefined;
  policies(namespace: string): Iterable<KubeObject>;
}

const ACCEPT = '0x10000/0x10000';
const PASS = '0x20000';
const clear = (mark: string) => `-j MARK --set-xmark 0x0/${mark}`;

/** A rule with the mark by which Felix knows it again, before what says what it is for. */
function rule(chain: string, match: string, note: string, target: string): string {
  const id = createHash('sha256')
    .update(`${chain} ${match} ${note} ${target}`)
    .digest('base64url')
    .slice(0, 16);
  const comments = [`cali:${id}`, note].filter((text) => text !== '');
  return [
    `-A ${chain}`,
    ...(match === '' ? [] : [match]),
    ...comments.map((text) => `-m comment --comment "${text}"`),
    target,
  ].join(' ');
}

const chain = (name: string, ...rules: [match: string, note: string, target: string][]): string[] => [
  `-N ${name}`,
  ...rules.map(([match, note, target]) => rule(name, match, note, target)),
];

const jump = (chain: string, match = ''): string => rule(chain, match, '', `-j cali-${chain}`);

/** Felix' chains as `iptables-save` shows them, before everybody else's. Models felix/rules static.go, endpoints.go, policy.go */
export function calicoChains(view: ChainsView): KernelRules {
  const cables = view.host.links.flatMap(({ name, pod }) => {
    const found = name.startsWith('cali') && pod ? view.podAt(pod.primaryAddress() ?? '') : undefined;
    return found ? [{ name, pod: found }] : [];
  });
  const namespaces = [...new Set(cables.map(({ pod }) => pod.metadata.namespace ?? ''))].sort();
  const policies = namespaces.flatMap((namespace) =>
    [...view.policies(namespace)].filter((policy) => cables.some(({ pod }) => isolates(policy, pod))),
  );
  return {
    filter: [
      ...['INPUT', 'FORWARD', 'OUTPUT'].map((name) => jump(name)),
      ...STATIC,
      ...dispatch('from', '-i', cables),
      ...dispatch('to', '-o', cables),
      ...cables.flatMap(({ name, pod }) => endpoint(view, name, pod)),
      ...namespaces.flatMap(profile),
      ...policies.flatMap(policyChains),
    ],
    nat: NAT,
  };
}

/** What stands behind everybody else's rules: what a policy has accepted passes. */
export const CALICO_LAST: KernelRules = {
  filter: [
    rule('FORWARD', '', 'Policy explicitly accepted packet.', `-m mark --mark ${ACCEPT} -j ACCEPT`),
    rule('FORWARD', '', '', `-j MARK --set-xmark ${ACCEPT}`),
  ],
};

const STATIC: readonly string[] = [
  ...chain(
    'cali-INPUT',
    [
      '-p ipv4',
      'Allow IPIP packets from Calico hosts',
      '-m set --match-set cali40all-hosts-net src -m addrtype --dst-type LOCAL -j ACCEPT',
    ],
    ['-p ipv4', 'Drop IPIP packets from non-Calico hosts', '-j DROP'],
    ['-i cali+', '', '-g cali-wl-to-host'],
    ['', '', `-m mark --mark ${ACCEPT} -j ACCEPT`],
    ['', '', clear('0xf0000')],
    ['', '', '-j cali-from-host-endpoint'],
    ['', 'Host endpoint policy accepted packet.', `-m mark --mark ${ACCEPT} -j ACCEPT`],
  ),
  ...chain(
    'cali-FORWARD',
    ['', '', clear('0xe0000')],
    ['', '', `-m mark --mark 0x0/0x10000 -j cali-from-hep-forward`],
    ['-i cali+', '', '-j cali-from-wl-dispatch'],
    ['-o cali+', '', '-j cali-to-wl-dispatch'],
    ['', '', '-j cali-to-hep-forward'],
    ['', '', '-j cali-cidr-block'],
  ),
  ...chain(
    'cali-OUTPUT',
    ['', '', `-m mark --mark ${ACCEPT} -j ACCEPT`],
    ['-o cali+', '', '-j RETURN'],
    [
      '-p ipv4',
      'Allow IPIP packets to other Calico hosts',
      '-m set --match-set cali40all-hosts-net dst -m addrtype --src-type LOCAL -j ACCEPT',
    ],
    ['', '', clear('0xf0000')],
    ['', 'Host endpoint policy accepted packet.', `-m mark --mark ${ACCEPT} -j ACCEPT`],
  ),
  ...chain(
    'cali-wl-to-host',
    ['', '', '-j cali-from-wl-dispatch'],
    ['', 'Configured DefaultEndpointToHostAction', '-j ACCEPT'],
  ),
  ...['cidr-block', 'from-hep-forward', 'from-host-endpoint', 'to-hep-forward'].map(
    (name) => `-N cali-${name}`,
  ),
];

const NAT: readonly string[] = [
  ...['PREROUTING', 'OUTPUT', 'POSTROUTING'].map((name) => jump(name)),
  ...chain('cali-PREROUTING', ['', '', '-j cali-fip-dnat']),
  ...chain('cali-OUTPUT', ['', '', '-j cali-fip-dnat']),
  ...chain(
    'cali-POSTROUTING',
    ['', '', '-j cali-fip-snat'],
    ['', '', '-j cali-nat-outgoing'],
    [
      '-o tunl0',
      '',
      '-m addrtype ! --src-type LOCAL --limit-iface-out -m addrtype --src-type LOCAL -j MASQUERADE --random-fully',
    ],
  ),
  ...chain('cali-nat-outgoing', [
    '',
    '',
    '-m set --match-set cali40masq-ipam-pools src -m set ! --match-set cali40all-ipam-pools dst -j MASQUERADE --random-fully',
  ]),
  '-N cali-fip-dnat',
  '-N cali-fip-snat',
];

interface Cable {
  readonly name: string;
  readonly pod: KubeObject;
}

function dispatch(way: 'from' | 'to', flag: string, cables: readonly Cable[]): string[] {
  const letter = way === 'from' ? 'fw' : 'tw';
  return chain(
    `cali-${way}-wl-dispatch`,
    ...cables.map(({ name }): [string, string, string] => [
      `${flag} ${name}`,
      '',
      `-g cali-${letter}-${name}`,
    ]),
    ['', 'Unknown interface', '-j DROP'],
  );
}

type Direction = 'Ingress' | 'Egress';

/** The two chains of a pod's cable: its policies where there are some, else the profiles of its namespace. */
function endpoint(view: ChainsView, name: string, pod: KubeObject): string[] {
  const one = (direction: Direction, letter: 't' | 'f', kind: 'i' | 'o'): string[] => {
    const home = pod.metadata.namespace ?? '';
    const own = [...view.policies(home)].filter(
      (policy) => isolates(policy, pod) && directions(policy).includes(direction),
    );
    const accepted = `-m mark --mark ${ACCEPT} -j RETURN`;
    const undecided = `-m mark --mark 0x0/${PASS}`;
    const tier: [string, string, string][] =
      own.length === 0
        ? []
        : [
            ['', 'Start of tier default', clear(PASS)],
            ...own.flatMap((policy): [string, string, string][] => [
              ['', '', `${undecided} -j ${policyChain(kind, policy)}`],
              ['', 'Return if policy accepted', accepted],
            ]),
            ['', 'End of tier default. Drop if no policies passed packet', `${undecided} -j DROP`],
          ];
    return chain(
      `cali-${letter}w-${name}`,
      ['', '', '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'],
      ['', '', '-m conntrack --ctstate INVALID -j DROP'],
      ['', '', clear('0x10000')],
      ...(letter === 'f' ? ENCAPSULATED : []),
      ...tier,
      ['', '', `-j cali-pr${kind}-kns.${home}`],
      ['', 'Return if profile accepted', accepted],
      ['', 'Drop if no profiles matched', '-j DROP'],
    );
  };
  return [...one('Ingress', 't', 'i'), ...one('Egress', 'f', 'o')];
}

const ENCAPSULATED: [string, string, string][] = [
  ['-p udp', 'Drop VXLAN encapped packets originating in workloads', '-m multiport --dports 4789 -j DROP'],
  ['-p ipv4', 'Drop IPinIP encapped packets originating in workloads', '-j DROP'],
];

function profile(namespace: string): string[] {
  const one = (kind: 'i' | 'o', word: string) =>
    chain(`cali-pr${kind}-kns.${namespace}`, [
      '',
      `Profile kns.${namespace} ${word}`,
      `-j MARK --set-xmark ${ACCEPT}`,
    ]);
  return [...one('i', 'ingress'), ...one('o', 'egress')];
}

/** What a policy lets pass is marked; who may send is in sets of addresses (`ipset`). */
function policyChains(policy: KubeObject): string[] {
  const { namespace, name } = policy.metadata;
  return directions(policy).flatMap((direction) => {
    const way = direction.toLowerCase() as 'ingress' | 'egress';
    const note = `Policy ${namespace}/knp.default.${name} ${way}`;
    const rules: PolicyRule[] = policy.spec[way] ?? [];
    return chain(
      policyChain(direction === 'Ingress' ? 'i' : 'o', policy),
      ...rules.flatMap((one, i) => {
        const set = `-m set --match-set cali40s:${sha(`${note} ${i}`)} ${way === 'ingress' ? 'src' : 'dst'}`;
        const peers = one[way === 'ingress' ? 'from' : 'to'];
        const who = peers && peers.length > 0 ? `${set} ` : '';
        return portMatches(one.ports).flatMap(([match, ports]): [string, string, string][] => [
          [match, note, `${who}${ports}-j MARK --set-xmark ${ACCEPT}`],
          ['', '', `-m mark --mark ${ACCEPT} -j RETURN`],
        ]);
      }),
    );
  });
}

interface PolicyRule {
  readonly from?: readonly object[];
  readonly to?: readonly object[];
  readonly ports?: readonly { port?: number | string; endPort?: number; protocol?: string }[];
}

/** One match for each protocol that a rule names, with its ports. */
function portMatches(ports: PolicyRule['ports'] = []): [match: string, ports: string][] {
  if (ports.length === 0) return [['', '']];
  const protocols = [...new Set(ports.map(({ protocol = 'TCP' }) => protocol))];
  return protocols.map((protocol) => {
    const numbers = ports.flatMap((one) =>
      (one.protocol ?? 'TCP') === protocol && one.port !== undefined
        ? [one.endPort ? `${one.port}:${one.endPort}` : `${one.port}`]
        : [],
    );
    const match = `-p ${protocol.toLowerCase()}`;
    return [match, numbers.length > 0 ? `-m multiport --dports ${numbers.join(',')} ` : ''];
  });
}

const sha = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);

function policyChain(kind: 'i' | 'o', { metadata }: KubeObject): string {
  return `cali-p${kind}-_${sha(`${metadata.namespace}/knp.default.${metadata.name}`).slice(0, 16)}`;
}

function directions({ spec }: KubeObject): Direction[] {
  return spec.policyTypes ?? (spec.egress ? ['Ingress', 'Egress'] : ['Ingress']);
}

function isolates({ metadata, spec }: KubeObject, pod: KubeObject): boolean {
  return (
    metadata.namespace === pod.metadata.namespace &&
    matches(selectorOf(spec.podSelector ?? {}) ?? [], pod.metadata.labels)
  );
}
