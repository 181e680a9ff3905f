import type { Program } from '../../host/index.ts';
import { AGNHOST } from './agnhost.ts';
import { ALPINE, BASH } from './alpine.ts';
import { ANYTHING } from './anything.ts';
import { ARGO_CD } from './argo-cd.ts';
import { BITNAMI } from './bitnami.ts';
import { BUSYBOX, BUSYBOX_MIRRORS } from './busybox.ts';
import { CALICO } from './calico.ts';
import { CASSANDRA } from './cassandra.ts';
import { CERT_MANAGER } from './cert-manager.ts';
import { CONTROL_PLANE } from './control-plane.ts';
import { CURL } from './curl.ts';
import { DEBIAN, DEBIAN_BASE } from './debian.ts';
import { DEMO_PAGES } from './demo-pages.ts';
import { OTHER_DISTRIBUTIONS } from './distributions.ts';
import { ECHOSERVERS } from './echoserver.ts';
import { FLANNEL, FLANNEL_PLUGIN } from './flannel.ts';
import { FLUENT_BIT } from './fluent-bit.ts';
import { FLUENTD } from './fluentd.ts';
import { GOLANG } from './golang.ts';
import { GOOGLE_SAMPLES } from './google-samples.ts';
import { GUESTBOOK } from './guestbook.ts';
import { HELLO_WORLDS } from './hello-world.ts';
import { HPA_EXAMPLES } from './hpa-example.ts';
import { HTTP_ECHO } from './http-echo.ts';
import { HTTPD } from './httpd.ts';
import { type Footprint, type ImageFamily, SMALL } from './image.ts';
import { INGRESS_NGINX } from './ingress-nginx.ts';
import { KODEKLOUD } from './kodekloud.ts';
import { KUBERNETES_DASHBOARD } from './kubernetes-dashboard.ts';
import { LANGUAGES } from './languages.ts';
import { PROVISIONERS } from './local-path.ts';
import { LUKSA } from './luksa.ts';
import { MARIADB } from './mariadb.ts';
import { MEMCACHED } from './memcached.ts';
import { METALLB } from './metallb.ts';
import { METRICS_SERVER } from './metrics-server.ts';
import { MONGO } from './mongo.ts';
import { MONITORING } from './monitoring.ts';
import { MYSQL } from './mysql.ts';
import { NETSHOOT } from './netshoot.ts';
import { NETWORK_POLICIES } from './network-policies.ts';
import { NETWORK_TOOLS } from './network-tools.ts';
import { NGINX } from './nginx.ts';
import { NGINX_GATEWAY } from './nginx-gateway.ts';
import { NGINX_SLIM } from './nginx-slim.ts';
import { NODE } from './node.ts';
import { NODE_EXPORTERS } from './node-exporter.ts';
import { PAUSES } from './pause.ts';
import { PERL } from './perl.ts';
import { PLAIN_SERVICES } from './plain-services.ts';
import { POSTGRES } from './postgres.ts';
import { PYTHON } from './python.ts';
import { RABBITMQ } from './rabbitmq.ts';
import { REDIS } from './redis.ts';
import { parseReference } from './reference.ts';
import { SERVICES } from './services.ts';
import { STRESSES } from './stress.ts';
import { TOMCAT } from './tomcat.ts';
import { UBUNTU } from './ubuntu.ts';
import { VOTING_APP } from './voting-app.ts';
import { WEB_SERVERS } from './web-servers.ts';
import { WHOAMIS } from './whoami.ts';
import { WORDPRESS } from './wordpress.ts';

export { type Image, type ImageConfig, type ImageFamily, imageDisk } from './image.ts';
export { loginProblem } from './private-registries.ts';
export { type ImageReference, parseReference, referenceProblem } from './reference.ts';
export { PullError, Registry, unreachedRegistry } from './registry.ts';
export { listen, log, text, tryListen, untilSignal } from './serve.ts';
export { ANYTHING };

/** Every image that can be pulled. */
export const IMAGES: readonly ImageFamily[] = [
  NGINX,
  HTTPD,
  BUSYBOX,
  ...BUSYBOX_MIRRORS,
  ALPINE,
  BASH,
  DEBIAN,
  DEBIAN_BASE,
  UBUNTU,
  CURL,
  NETSHOOT,
  ARGO_CD,
  ...NETWORK_TOOLS,
  REDIS,
  MEMCACHED,
  MYSQL,
  MARIADB,
  POSTGRES,
  MONGO,
  ...WHOAMIS,
  HTTP_ECHO,
  AGNHOST,
  ...ECHOSERVERS,
  ...NGINX_SLIM,
  ...HPA_EXAMPLES,
  ...GOOGLE_SAMPLES,
  CASSANDRA,
  PERL,
  PYTHON,
  NODE,
  WORDPRESS,
  ...FLUENTD,
  FLUENT_BIT,
  ...NODE_EXPORTERS,
  ...PAUSES,
  ...CONTROL_PLANE,
  ...FLANNEL,
  ...FLANNEL_PLUGIN,
  ...CALICO,
  NETWORK_POLICIES,
  ...METALLB,
  METRICS_SERVER,
  ...CERT_MANAGER,
  ...KUBERNETES_DASHBOARD,
  ...NGINX_GATEWAY,
  ...PROVISIONERS,
  ...INGRESS_NGINX,
  ...STRESSES,
  ...KODEKLOUD,
  ...LUKSA,
  ...HELLO_WORLDS,
  ...DEMO_PAGES,
  ...TOMCAT,
  ...LANGUAGES,
  GOLANG,
  ...OTHER_DISTRIBUTIONS,
  ...GUESTBOOK,
  ...VOTING_APP,
  ...MONITORING,
  RABBITMQ,
  ...WEB_SERVERS,
  ...SERVICES,
  ...PLAIN_SERVICES,
  ...BITNAMI,
];

/** Programs that live in images only. */
export const IMAGE_PROGRAMS: readonly Program[] = [...IMAGES, ANYTHING].flatMap(
  (family) => family.programs ?? [],
);

const footprints = new Map(
  IMAGES.map(({ repository, footprint }) => [parseReference(repository)?.repository, footprint]),
);

/** What a container of that image takes while it has nothing to do. */
export function footprintOf(image: string): Footprint {
  return footprints.get(parseReference(image)?.repository) ?? SMALL;
}
