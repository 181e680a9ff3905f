import type { Main } from '../../../host/index.ts';
import { generateEcKey, type KeyPair, publicKeyOf, signCertificate } from '../../../host/pki/index.ts';
import { ApiError, isApiError } from '../../../objects/api-error.ts';
import type { Random } from '../../../sim/index.ts';
import type { Client } from '../../client/client.ts';
import { clientInCluster } from '../../client/http-client.ts';
import { RESOURCES } from '../../client/resources.ts';
import { FlagError, parseFlags } from '../../flags.ts';

const CENTURY_MS = 100 * 365 * 86_400_000;

/** kube-webhook-certgen: makes the certificate of a webhook, and tells the API server whom to trust. */
export const webhookCertgen: Main = function* (context) {
  const [, command = '', ...rest] = context.args;
  const string = 'string' as const;
  try {
    const flags = parseFlags(rest, {
      host: string,
      namespace: string,
      'secret-name': string,
      'webhook-name': string,
      'patch-mutating': 'bool',
      'patch-validating': 'bool',
      'patch-failure-policy': string,
    });
    const client = clientInCluster(context, 'kube-webhook-certgen');
    const where = { namespace: flags.get('namespace') ?? '', name: flags.get('secret-name') ?? '' };
    const say = (text: string) =>
      context.err(
        `{"level":"info","msg":${JSON.stringify(text)},"time":"${new Date(context.now).toISOString()}"}\n`,
      );
    if (command === 'create') {
      const random = context.host.random.fork(`certgen ${where.name}`);
      yield* say(create(client, where, (flags.get('host') ?? '').split(','), context.now, random));
      return 0;
    }
    if (command !== 'patch') throw new FlagError(`unknown command "${command}" for "kube-webhook-certgen"`);
    const secret = client.get(RESOURCES.secrets, where.name, where.namespace);
    patch(client, flags.get('webhook-name') ?? '', secret['data']?.ca);
    yield* say(`Patched hook(s)`);
    return 0;
  } catch (error) {
    if (!(error instanceof FlagError) && !(error instanceof ApiError)) throw error;
    yield* context.err(`Error: ${error.message}\n`);
    return 1;
  }
};

function create(
  client: Client,
  { namespace, name }: { namespace: string; name: string },
  hosts: readonly string[],
  now: number,
  random: Random,
): string {
  const [ca, server] = keyPairs(hosts, now, random);
  const data = {
    ca: Buffer.from(ca.certificate).toString('base64'),
    cert: Buffer.from(server.certificate).toString('base64'),
    key: Buffer.from(server.key).toString('base64'),
  };
  try {
    client.create(RESOURCES.secrets, { metadata: { name }, data, type: 'Opaque' }, namespace);
    return 'creating new secret';
  } catch (error) {
    if (isApiError(error, 'AlreadyExists')) return 'secret already exists';
    throw error;
  }
}

function keyPairs(hosts: readonly string[], now: number, random: Random): [KeyPair, KeyPair] {
  const times = { notBefore: now, notAfter: now + CENTURY_MS, random };
  const caKey = generateEcKey(random);
  const ca = signCertificate(
    {
      subject: { commonName: 'nil1' },
      publicKey: publicKeyOf(caKey),
      isCa: true,
      keyUsages: ['cert sign'],
      ...times,
    },
    { key: caKey },
  );
  const key = generateEcKey(random);
  const certificate = signCertificate(
    {
      subject: { commonName: 'nil2' },
      publicKey: publicKeyOf(key),
      extendedUsages: ['server auth'],
      dnsNames: hosts,
      ...times,
    },
    { certificate: ca, key: caKey },
  );
  return [
    { certificate: ca, key: caKey },
    { certificate, key },
  ];
}

function patch(client: Client, name: string, caBundle: string): void {
  const resource = RESOURCES.validatingwebhookconfigurations;
  const found = client.find(resource, name);
  if (!found) return;
  const webhooks = (found['webhooks'] ?? []).map((one: any) => ({
    ...one,
    clientConfig: { ...one.clientConfig, caBundle },
  }));
  client.patch(resource, name, { type: 'merge', body: { webhooks } });
}
