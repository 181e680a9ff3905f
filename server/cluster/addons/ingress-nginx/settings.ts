import type { Context } from '../../../host/index.ts';
import { type FlagKind, flagTrue, parseFlags } from '../../flags.ts';

const FLAGS: Readonly<Record<string, FlagKind>> = {
  'annotations-prefix': 'string',
  'controller-class': 'string',
  configmap: 'string',
  'default-backend-service': 'string',
  'default-ssl-certificate': 'string',
  'election-id': 'string',
  'enable-metrics': 'bool',
  'enable-ssl-passthrough': 'bool',
  'healthz-port': 'int',
  'http-port': 'int',
  'https-port': 'int',
  'ingress-class': 'string',
  'ingress-class-by-name': 'bool',
  'publish-service': 'string',
  'publish-status-address': 'string',
  'report-node-internal-ip-address': 'bool',
  'tcp-services-configmap': 'string',
  'udp-services-configmap': 'string',
  'update-status': 'bool',
  'validating-webhook': 'string',
  'validating-webhook-certificate': 'string',
  'validating-webhook-key': 'string',
  v: 'int',
  'watch-ingress-without-class': 'bool',
  'watch-namespace': 'string',
};

/** Models ingress-nginx pkg/flags ParseFlags */
export interface Settings {
  /** What an IngressClass must name to be ours. */
  readonly controller: string;
  readonly ingressClass: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly publishService: string | undefined;
  readonly publishAddress: string | undefined;
  readonly defaultBackend: string | undefined;
  readonly defaultCertificate: string | undefined;
  readonly withoutClass: boolean;
  readonly namespace: string;
  readonly webhookPort: number | undefined;
  /** What the webhook shows to the API server. */
  readonly webhookCertificate: string;
}

/** Throws FlagError. */
export function readSettings(context: Context): Settings {
  const flags = parseFlags(context.args.slice(1), FLAGS);
  const webhook = flags.get('validating-webhook');
  return {
    controller: flags.get('controller-class') ?? 'k8s.io/ingress-nginx',
    ingressClass: flags.get('ingress-class') ?? 'nginx',
    httpPort: Number(flags.get('http-port') ?? 80),
    httpsPort: Number(flags.get('https-port') ?? 443),
    publishService: flags.get('publish-service') || undefined,
    publishAddress: flags.get('publish-status-address') || undefined,
    defaultBackend: flags.get('default-backend-service') || undefined,
    defaultCertificate: flags.get('default-ssl-certificate') || undefined,
    withoutClass: flagTrue(flags, 'watch-ingress-without-class'),
    namespace: flags.get('watch-namespace') ?? '',
    webhookCertificate: webhookCertificate(context, flags.get('validating-webhook-certificate')),
    webhookPort: webhook ? Number(webhook.slice(webhook.lastIndexOf(':') + 1)) : undefined,
  };
}

function webhookCertificate(context: Context, path: string | undefined): string {
  return path && context.fs.can(path, 'read') ? context.fs.read(path) : '';
}
