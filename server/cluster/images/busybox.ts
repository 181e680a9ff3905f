import { busyboxBase } from './bases/unix.ts';
import { type ImageFamily, PATH } from './image.ts';
import { busyboxHttpd } from './programs/busybox-httpd.ts';
import { nslookupLibc } from './programs/nslookup-libc.ts';

export const BUSYBOX: ImageFamily = {
  repository: 'busybox',
  tags: [
    'latest',
    '1',
    '1.37',
    '1.37.0',
    '1.36',
    '1.36.1',
    '1.36.0',
    '1.35',
    '1.35.0',
    '1.34',
    '1.34.1',
    '1.33',
    '1.32',
    '1.31',
    '1.31.1',
    '1.30',
    '1.29',
    '1.28',
    '1.28.4',
    '1.27',
    'stable',
    'glibc',
    'musl',
    'uclibc',
    '1.37-uclibc',
    '1.36-uclibc',
    '1.35.0-uclibc',
    '1.36-glibc',
  ],
  sizeBytes: 2_223_686,
  config: () => ({ cmd: ['sh'], env: { PATH } }),
  files(into) {
    busyboxBase(into);
    into.install('/bin/httpd', 'busybox-httpd');
    // Releases after 1.28 speak to the name server themselves.
    if (/^1\.(?:2[0-8]|1\d)(?:\.|-|$)/.test(into.tag)) into.install('/bin/nslookup', 'nslookup-libc');
  },
  programs: [
    { name: 'nslookup-libc', main: nslookupLibc },
    { name: 'busybox-httpd', main: busyboxHttpd },
  ],
};

/** Where Kubernetes keeps copies of it. */
export const BUSYBOX_MIRRORS: readonly ImageFamily[] = [
  'registry.k8s.io/busybox',
  'registry.k8s.io/e2e-test-images/busybox',
  'k8s.gcr.io/busybox',
  'gcr.io/google-containers/busybox',
  'gcr.io/google_containers/busybox',
].map((repository) => ({
  ...BUSYBOX,
  repository,
  tags: [...BUSYBOX.tags, '1.27.2', '1.29-4', '1.36.1-1', '1.24'],
  programs: [],
}));
