import type { Program } from '../../host/index.ts';
import { ALPINE, BUSYBOX, CURL, DEBIAN, NETSHOOT, UBUNTU } from './busybox.ts';
import { DATABASES } from './databases.ts';
import { type Footprint, type ImageFamily, SMALL } from './image.ts';
import { NGINX } from './nginx.ts';
import { parseReference } from './reference.ts';
import {
  CONTROL_PLANE,
  DAEMONS,
  FLANNEL,
  FLANNEL_PLUGIN,
  METRICS_SERVER,
  PAUSE,
  POLICY_AGENTS,
  STRESS,
} from './system.ts';
import { AGNHOST, ECHOSERVERS, HTTP_ECHO, HTTPD, NGINX_SLIM, WHOAMI } from './web.ts';

export { type Image, type ImageConfig, type ImageFamily, imageDisk } from './image.ts';
export { type ImageReference, parseReference } from './reference.ts';
export { PullError, Registry } from './registry.ts';
export { listen, log, text, tryListen, untilSignal } from './serve.ts';
export { ANYTHING } from './system.ts';

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
  ...POLICY_AGENTS,
  ...METRICS_SERVER,
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
