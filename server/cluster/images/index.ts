import type { Program } from '../../host/index.ts';
import { ALPINE } from './alpine.ts';
import { BUSYBOX } from './busybox.ts';
import { CALICO } from './calico.ts';
import { CONTROL_PLANE } from './control-plane.ts';
import { CURL } from './curl.ts';
import { DAEMONS } from './daemons.ts';
import { DATABASES } from './databases.ts';
import { DEBIAN } from './debian.ts';
import { FLANNEL, FLANNEL_PLUGIN } from './flannel.ts';
import { type Footprint, type ImageFamily, SMALL } from './image.ts';
import { INGRESS_NGINX } from './ingress-nginx.ts';
import { PROVISIONERS } from './local-path.ts';
import { METRICS_SERVER } from './metrics-server.ts';
import { NETSHOOT } from './netshoot.ts';
import { NETWORK_POLICIES } from './network-policies.ts';
import { NGINX } from './nginx.ts';
import { NGINX_GATEWAY } from './nginx-gateway.ts';
import { PAUSE } from './pause.ts';
import { parseReference } from './reference.ts';
import { STRESS } from './stress.ts';
import { UBUNTU } from './ubuntu.ts';
import { AGNHOST, ECHOSERVERS, HTTP_ECHO, HTTPD, NGINX_SLIM, WHOAMI } from './web.ts';

export { ANYTHING } from './anything.ts';
export { type Image, type ImageConfig, type ImageFamily, imageDisk } from './image.ts';
export { type ImageReference, parseReference } from './reference.ts';
export { PullError, Registry } from './registry.ts';
export { listen, log, text, tryListen, untilSignal } from './serve.ts';

/** Every image that can be pulled. */
export const IMAGES: readonly ImageFamily[] = [
  NGINX,
  HTTPD,
  BUSYBOX,
  ALPINE,
  DEBIAN,
  UBUNTU,
  CURL,
  NETSHOOT,
  ...DATABASES,
  WHOAMI,
  HTTP_ECHO,
  AGNHOST,
  ...ECHOSERVERS,
  ...NGINX_SLIM,
  PAUSE,
  ...CONTROL_PLANE,
  ...FLANNEL,
  ...FLANNEL_PLUGIN,
  ...CALICO,
  NETWORK_POLICIES,
  METRICS_SERVER,
  ...NGINX_GATEWAY,
  ...PROVISIONERS,
  ...INGRESS_NGINX,
  ...STRESS,
  ...DAEMONS,
];

/** Programs that live in images only. */
export const IMAGE_PROGRAMS: readonly Program[] = IMAGES.flatMap((family) => family.programs ?? []);

const footprints = new Map(
  IMAGES.map(({ repository, footprint }) => [parseReference(repository)?.repository, footprint]),
);

/** What a container of that image takes while it has nothing to do. */
export function footprintOf(image: string): Footprint {
  return footprints.get(parseReference(image)?.repository) ?? SMALL;
}
