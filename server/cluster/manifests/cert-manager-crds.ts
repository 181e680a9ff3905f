import {
  anything,
  but,
  conditions,
  definition,
  flag,
  list,
  number,
  object,
  oneOf,
  type Schema,
  text,
  textMap,
  texts,
} from './crd.ts';
import type { Labels, Manifest } from './manifest.ts';

const GROUP = 'cert-manager.io';
const time: Schema = { type: 'string', format: 'date-time' };
const says = (schema: Schema, description: string) => but(schema, { description });

/** Conditions of cert-manager: other than the API's own, they need no message. */
const states: Schema = but(conditions, {
  items: object({
    lastTransitionTime: time,
    message: text,
    observedGeneration: { type: 'integer', format: 'int64' },
    reason: text,
    'status!': oneOf('True', 'False', 'Unknown'),
    'type!': text,
  }),
});

const issuerRef: Schema = object(
  {
    group: says(text, 'API group of the issuer, cert-manager.io when it is left out.'),
    kind: says(text, 'Kind of the issuer: Issuer (the default) or ClusterIssuer.'),
    'name!': says(text, 'Name of the issuer.'),
  },
  'The issuer that is asked to sign the certificate.',
);
const secretKey = object({ key: text, 'name!': text });

const subject: Schema = object(
  {
    countries: says(texts, 'Countries of the subject (C).'),
    localities: says(texts, 'Cities of the subject (L).'),
    organizationalUnits: says(texts, 'Units of the organizations (OU).'),
    organizations: says(texts, 'Organizations of the subject (O).'),
    postalCodes: says(texts, 'Postal codes of the subject.'),
    provinces: says(texts, 'States or provinces of the subject (ST).'),
    serialNumber: says(text, 'Serial number of the subject.'),
    streetAddresses: says(texts, 'Street addresses of the subject.'),
  },
  'What the subject of the certificate has beside its common name. Cannot be set together with literalSubject.',
);

const usages = says(
  list(
    oneOf(
      ...['signing', 'digital signature', 'content commitment', 'key encipherment', 'key agreement'],
      ...['data encipherment', 'cert sign', 'crl sign', 'encipher only', 'decipher only', 'any'],
      ...['server auth', 'client auth', 'code signing', 'email protection', 's/mime', 'ipsec end system'],
      ...['ipsec tunnel', 'ipsec user', 'timestamping', 'ocsp signing', 'microsoft sgc', 'netscape sgc'],
    ),
  ),
  'What the key may be used for; digital signature and key encipherment when it is left out.',
);

const certificateSpec = object(
  {
    additionalOutputFormats: list(object({ 'type!': oneOf('DER', 'CombinedPEM') })),
    commonName: says(text, 'Common name of the subject, of at most 64 characters.'),
    dnsNames: says(texts, 'DNS names that the certificate is for.'),
    duration: says(text, 'How long the certificate is valid, as in 2160h; 90 days when it is left out.'),
    emailAddresses: says(texts, 'E-mail addresses that the certificate is for.'),
    encodeUsagesInRequest: flag,
    ipAddresses: says(texts, 'IP addresses that the certificate is for.'),
    isCA: says(flag, 'The certificate may sign others.'),
    'issuerRef!': issuerRef,
    keystores: anything,
    literalSubject: text,
    nameConstraints: anything,
    otherNames: list(object({ oid: text, utf8Value: text })),
    privateKey: object(
      {
        algorithm: oneOf('RSA', 'ECDSA', 'Ed25519'),
        encoding: oneOf('PKCS1', 'PKCS8'),
        rotationPolicy: oneOf('Never', 'Always'),
        size: number,
      },
      'Kind and size of the private key.',
    ),
    renewBefore: says(
      text,
      'How long before its end the certificate is renewed; a third of its life by default.',
    ),
    renewBeforePercentage: number,
    revisionHistoryLimit: number,
    'secretName!': says(text, 'Secret of the same namespace that key and certificate are kept in.'),
    secretTemplate: object({ annotations: textMap, labels: textMap }),
    signatureAlgorithm: text,
    subject,
    uris: texts,
    usages,
  },
  'What the certificate shall be.',
);

const acme = object({
  disableAccountKeyGeneration: flag,
  email: says(text, 'Address that the authority writes to.'),
  externalAccountBinding: anything,
  preferredChain: text,
  'privateKeySecretRef!': secretKey,
  profile: text,
  'server!': says(text, 'Directory of the ACME server.'),
  skipTLSVerify: flag,
  solvers: list(anything),
});
const issuerSpec = object(
  {
    acme: says(acme, 'Certificates of an ACME server, as that of Let’s Encrypt.'),
    ca: says(
      object({
        crlDistributionPoints: texts,
        issuingCertificateURLs: texts,
        ocspServers: texts,
        'secretName!': text,
      }),
      'Certificates are signed with the key pair of a secret.',
    ),
    selfSigned: says(object({ crlDistributionPoints: texts }), 'Certificates sign themselves.'),
    vault: anything,
    venafi: anything,
  },
  'What the issuer signs with.',
);
const issuerStatus = object({
  acme: object({ lastPrivateKeyHash: text, lastRegisteredEmail: text, uri: text }),
  conditions: states,
});

const ready = ['Ready', '.status.conditions[?(@.type == "Ready")].status'] as const;
const status = ['Status', '.status.conditions[?(@.type == "Ready")].message', 'string', 1] as const;

/** The definitions of a release of cert-manager. */
export function certManagerDefinitions(labels: Labels, annotations: Labels = {}): Manifest[] {
  const common = { versions: ['v1'], categories: ['cert-manager'], labels, annotations };
  const issuer = {
    ...common,
    group: GROUP,
    labels,
    spec: issuerSpec,
    status: issuerStatus,
    columns: [ready, status],
  };
  return [
    definition({
      ...common,
      group: 'acme.cert-manager.io',
      kind: 'Challenge',
      plural: 'challenges',
      categories: ['cert-manager', 'cert-manager-acme'],
      spec: anything,
      status: object({ presented: flag, processing: flag, reason: text, state: text }),
      columns: [
        ['State', '.status.state'],
        ['Domain', '.spec.dnsName'],
        ['Reason', '.status.reason', 'string', 1],
      ],
    }),
    definition({
      ...common,
      group: 'acme.cert-manager.io',
      kind: 'Order',
      plural: 'orders',
      categories: ['cert-manager', 'cert-manager-acme'],
      spec: anything,
      status: object({ reason: text, state: text, url: text }),
      columns: [
        ['State', '.status.state'],
        ['Issuer', '.spec.issuerRef.name', 'string', 1],
        ['Reason', '.status.reason', 'string', 1],
      ],
    }),
    definition({
      ...common,
      group: GROUP,
      kind: 'CertificateRequest',
      plural: 'certificaterequests',
      shortNames: ['cr', 'crs'],
      spec: object({
        duration: text,
        extra: but(anything, {}),
        groups: texts,
        isCA: flag,
        'issuerRef!': issuerRef,
        'request!': { type: 'string', format: 'byte' },
        uid: text,
        usages,
        username: text,
      }),
      status: object({
        ca: { type: 'string', format: 'byte' },
        certificate: { type: 'string', format: 'byte' },
        conditions: states,
        failureTime: time,
      }),
      columns: [
        ['Approved', '.status.conditions[?(@.type == "Approved")].status'],
        ['Denied', '.status.conditions[?(@.type == "Denied")].status'],
        ready,
        ['Issuer', '.spec.issuerRef.name'],
        ['Requester', '.spec.username'],
        status,
      ],
    }),
    definition({
      ...common,
      group: GROUP,
      kind: 'Certificate',
      plural: 'certificates',
      shortNames: ['cert', 'certs'],
      description:
        'A Certificate is a key pair and a signed certificate that are kept in a Secret and renewed before they end.',
      spec: certificateSpec,
      status: object({
        conditions: states,
        failedIssuanceAttempts: number,
        lastFailureTime: time,
        nextPrivateKeySecretName: text,
        notAfter: time,
        notBefore: time,
        renewalTime: time,
        revision: number,
      }),
      columns: [
        ready,
        ['Secret', '.spec.secretName'],
        ['Issuer', '.spec.issuerRef.name', 'string', 1],
        status,
      ],
    }),
    definition({ ...issuer, kind: 'ClusterIssuer', plural: 'clusterissuers', scope: 'Cluster' }),
    definition({ ...issuer, kind: 'Issuer', plural: 'issuers' }),
  ];
}
