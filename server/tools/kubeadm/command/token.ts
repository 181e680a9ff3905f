import type { Client } from '../../../cluster/client/client.ts';
import { accessFromKubeconfig } from '../../../cluster/client/http-client.ts';
import { RESOURCES } from '../../../cluster/client/resources.ts';
import { parseCertificate, publicKeyHash } from '../../../host/pki/index.ts';
import { isApiError } from '../../../objects/api-error.ts';
import { type KubeObject, timestamp } from '../../../objects/object.ts';
import type { Random } from '../../../sim/index.ts';
import { milliseconds } from '../duration.ts';
import { ADMIN_CONF, type Call, columns, Refusal, type Subcommand, shortDuration } from './call.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const PATTERN = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const SHOWN_PATTERN = '\\\\A([a-z0-9]{6})\\\\.([a-z0-9]{16})\\\\z';
const GROUP = 'system:bootstrappers:kubeadm:default-node-token';
const TYPE = 'bootstrap.kubernetes.io/token';

// Models cmd/kubeadm/app/cmd/token.go RunCreateToken
const create: Subcommand = {
  path: 'token create',
  flags: {
    'print-join-command': 'bool',
    ttl: 'duration',
    description: 'string',
    usages: 'list',
    groups: 'list',
    'dry-run': 'bool',
  },
  run(call) {
    const token = createToken(call, call.client(), { token: call.args[0], ttl: call.flags.get('ttl') });
    return `${call.is('print-join-command') ? joinCommand(call, token) : token}\n`;
  },
};

/** Puts a token into the cluster: the one given, or a new one. Throws Refusal. */
export function createToken(
  call: Call,
  client: Client,
  wanted: { token: string | undefined; ttl: string | undefined },
): string {
  const random = call.context.host.random.fork(
    `kubeadm/token/${call.context.now}/${call.context.process.pid}`,
  );
  const token = wanted.token ?? newToken(random);
  const [, id, secret] = PATTERN.exec(token) ?? [];
  if (!id || !secret) {
    throw new Refusal(`the bootstrap token "${token}" was not of the form "${SHOWN_PATTERN}"`);
  }
  if (call.is('dry-run')) return token;
  try {
    client.create(RESOURCES.secrets, secretOf(call, id, secret, wanted.ttl), 'kube-system');
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error;
    throw new Refusal(`a token with id "${id}" already exists`);
  }
  return token;
}

function secretOf(call: Call, id: string, secret: string, given = '24h0m0s'): KubeObject {
  const ttl = milliseconds(given);
  const description = call.flags.get('description');
  const data: Record<string, string> = {
    'auth-extra-groups': call.flags.get('groups') ?? GROUP,
    ...(description ? { description } : {}),
    ...(ttl > 0 ? { expiration: timestamp(call.context.now + ttl) } : {}),
    'token-id': id,
    'token-secret': secret,
  };
  for (const usage of (call.flags.get('usages') ?? 'signing,authentication').split(',')) {
    if (usage !== 'signing' && usage !== 'authentication') {
      throw new Refusal(
        `invalid bootstrap token usage string: ${usage}, valid usage option is [signing authentication]`,
      );
    }
    data[`usage-bootstrap-${usage}`] = 'true';
  }
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `bootstrap-token-${id}`, namespace: 'kube-system' } as KubeObject['metadata'],
    type: TYPE,
    data: Object.fromEntries(encoded),
  };
}

function joinCommand(call: Call, token: string): string {
  const { server, ca } = accessFromKubeconfig(call.context, call.flags.get('kubeconfig') ?? ADMIN_CONF);
  const hash = publicKeyHash(parseCertificate(ca ?? ''));
  return `kubeadm join ${server.replace(/^https?:\/\//, '')} --token ${token} --discovery-token-ca-cert-hash ${hash} `;
}

const list: Subcommand = {
  path: 'token list',
  run(call) {
    const { items } = call.client().list<KubeObject>(RESOURCES.secrets, {
      namespace: 'kube-system',
      fieldSelector: `type=${TYPE}`,
    });
    if (items.length === 0) return '';
    const rows = items.map((item) => tokenRow(item, call.context.now));
    return columns([['TOKEN', 'TTL', 'EXPIRES', 'USAGES', 'DESCRIPTION', 'EXTRA GROUPS'], ...rows]);
  },
};

function tokenRow(secret: KubeObject, now: number): string[] {
  const data = secret.data as Record<string, string>;
  const value = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString();
  const expires = value('expiration');
  const usages = ['authentication', 'signing'].filter(
    (usage) => value(`usage-bootstrap-${usage}`) === 'true',
  );
  return [
    `${value('token-id')}.${value('token-secret')}`,
    expires ? shortDuration(Date.parse(expires) - now) : '<forever>',
    expires || '<never>',
    usages.join(',') || '<none>',
    value('description') || '<none>',
    value('auth-extra-groups') || '<none>',
  ];
}

const remove: Subcommand = {
  path: 'token delete',
  run(call) {
    if (call.args.length === 0)
      throw new Refusal('missing argument; \'token delete\' is missing token of form ["^([a-z0-9]{6})$"]');
    const client = call.client();
    return call.args
      .map((token) => {
        const id = /^([a-z0-9]{6})(\.[a-z0-9]{16})?$/.exec(token)?.[1];
        if (!id)
          throw new Refusal(
            `given token "${token}" didn't match pattern "^([a-z0-9]{6})$" or "${SHOWN_PATTERN}"`,
          );
        client.delete(RESOURCES.secrets, `bootstrap-token-${id}`, 'kube-system');
        return `bootstrap token "${id}" deleted\n`;
      })
      .join('');
  },
};

const generate: Subcommand = {
  path: 'token generate',
  run: (call) =>
    `${newToken(call.context.host.random.fork(`kubeadm/generate/${call.context.now}/${call.context.process.pid}`))}\n`,
};

export function newToken(random: Random): string {
  return `${random.text(6, ALPHABET)}.${random.text(16, ALPHABET)}`;
}

export const TOKEN: readonly Subcommand[] = [create, list, remove, generate];
