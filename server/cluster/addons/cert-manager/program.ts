import type { Context, Main } from '../../../host/index.ts';
import { type KubeObject, keyOf } from '../../../objects/object.ts';
import { EventRecorder } from '../../client/events.ts';
import { RESOURCES } from '../../client/resources.ts';
import { text, tryListen, untilSignal } from '../../images/serve.ts';
import { klogLine } from '../../klog.ts';
import { type Agent, startAgent } from '../agent.ts';
import { Certificates } from './certificates.ts';
import { withCondition, writeStatus } from './conditions.ts';
import { readiness } from './issuers.ts';
import { Requests } from './requests.ts';
import { CERTIFICATES, CLUSTER_ISSUERS, GROUP, ISSUERS, REQUESTS } from './resources.ts';

/** The controller of cert-manager: issuers, certificates, and those that ingresses ask for. */
export const certManager: Main = function* (context) {
  const agent = yield* startAgent(context, {
    userAgent: 'cert-manager-certificates',
    cannotStart: (message) => `Error: error creating rest config: ${message}\n`,
  });
  if (!agent) return 1;
  tryListen(context, { port: 9403, http: () => text(200, 'ok') });
  const requests = new Requests(agent);
  const asked = agent.queue((key) => requests.sync(key));
  const add = (request: KubeObject) => asked.add(keyOf(request));
  agent.watch(REQUESTS).on({ added: add, updated: add });
  watchIssuers(agent, () => {
    for (const request of agent.watch(REQUESTS).list()) add(request);
  });
  new Certificates(agent);
  watchIngresses(agent);
  agent.log(
    'I',
    'controller.go:77',
    '"enabled controllers: [certificaterequests-issuer-ca certificaterequests-issuer-selfsigned certificates-issuing certificates-key-manager certificates-readiness certificates-request-manager certificates-revision-manager certificates-trigger clusterissuers ingress-shim issuers]" logger="cert-manager.controller"',
  );
  yield* agent.run();
  return 0;
};

/** Says of each issuer whether it can sign; what waits for it is looked at again. */
function watchIssuers(agent: Agent, changed: () => void): void {
  const queue = agent.queue(() => {
    for (const resource of [ISSUERS, CLUSTER_ISSUERS])
      for (const issuer of [...agent.watch(resource).list()]) {
        const known = issuer.status?.conditions ?? [];
        const conditions = withCondition(agent, issuer, known, ['Ready', readiness(agent, issuer)]);
        writeStatus(agent, resource, issuer, { ...issuer.status, conditions });
      }
    changed();
  });
  agent.onChange([ISSUERS, CLUSTER_ISSUERS, RESOURCES.secrets], queue, 'all');
}

/** Ingresses that name an issuer get a certificate for each of their secrets. Models pkg/controller/certificate-shim */
function watchIngresses(agent: Agent): void {
  const { clock } = agent.context.process;
  const source = { component: 'cert-manager-ingress-shim' };
  const recorder = new EventRecorder({ client: agent.client, clock, source });
  const queue = agent.queue(() => {
    for (const ingress of [...agent.watch(RESOURCES.ingresses).list()]) shim(agent, recorder, ingress);
  });
  agent.onChange([RESOURCES.ingresses, CERTIFICATES], queue, 'all');
}

function shim(agent: Agent, recorder: EventRecorder, ingress: KubeObject): void {
  const { annotations = {}, name, namespace, uid } = ingress.metadata;
  const cluster = annotations[`${GROUP}/cluster-issuer`];
  const issuer = cluster ?? annotations[`${GROUP}/issuer`];
  if (issuer === undefined) return;
  const kind = cluster === undefined ? 'Issuer' : 'ClusterIssuer';
  for (const { hosts = [], secretName } of ingress.spec?.tls ?? []) {
    if (!secretName || hosts.length === 0 || agent.watch(CERTIFICATES).get(`${namespace}/${secretName}`))
      continue;
    const owner = { apiVersion: ingress.apiVersion, kind: 'Ingress', name, uid };
    const certificate = {
      apiVersion: `${GROUP}/v1`,
      kind: 'Certificate',
      metadata: {
        name: secretName,
        ownerReferences: [{ ...owner, blockOwnerDeletion: true, controller: true }],
      },
      spec: {
        dnsNames: hosts,
        issuerRef: { group: GROUP, kind, name: issuer },
        secretName,
        usages: ['digital signature', 'key encipherment'],
      },
    };
    agent.client.create(CERTIFICATES, certificate, namespace);
    const message = `Successfully created Certificate ${JSON.stringify(secretName)}`;
    recorder.event(ingress, 'Normal', 'CreateCertificate', message);
  }
}

/** The parts of cert-manager that only serve the API server: they are there, and nobody asks them anything. */
function bystander(port: number, source: string, says: string): Main {
  return function* (context: Context) {
    tryListen(context, { port, http: () => text(200, 'ok') });
    yield* context.err(klogLine(context, 'I', source, says));
    yield* untilSignal(context);
    return 0;
  };
}

export const certManagerWebhook = bystander(
  6080,
  'server.go:133',
  '"listening for insecure healthz connections" logger="cert-manager.webhook" address=":6080"',
);
export const certManagerCainjector = bystander(
  9402,
  'cainjector.go:57',
  '"starting" logger="cert-manager" version="v1.18.2"',
);
