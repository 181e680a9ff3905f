import { alpineBase } from './bases/unix.ts';
import { type ImageFamily, PATH } from './image.ts';
import { agnhost } from './programs/agnhost.ts';

/** The test image of Kubernetes. */
export const AGNHOST: ImageFamily = {
  repository: 'registry.k8s.io/e2e-test-images/agnhost',
  tags: ['2.53', '2.52', '2.47', '2.45', '2.43', '2.40', '2.39', '2.32', '2.21'],
  sizeBytes: 53_000_000,
  config: () => ({ entrypoint: ['/agnhost'], cmd: ['pause'], env: { PATH } }),
  files(into) {
    alpineBase(into, '3.19.1');
    into.install('/agnhost', 'agnhost');
    for (const name of ['curl', 'dig', 'host', 'ip', 'iptables', 'nc', 'nslookup'])
      into.install(`/usr/bin/${name}`, name);
  },
  programs: [{ name: 'agnhost', main: agnhost }],
};
