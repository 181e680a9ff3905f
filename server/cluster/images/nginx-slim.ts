import { debianBase } from './bases/unix.ts';
import { type ImageFamily, PATH } from './image.ts';
import { nginxFiles } from './nginx.ts';

const TAGS = ['0.8', '0.21', '0.24', '0.26', '0.27'];

const slim = (repository: string, tags: readonly string[] = TAGS): ImageFamily => ({
  repository,
  tags,
  sizeBytes: 44_000_000,
  config: () => ({
    cmd: ['nginx', '-g', 'daemon off;'],
    env: { PATH, NGINX_VERSION: '1.27.3' },
    ports: ['80/tcp'],
  }),
  files(into) {
    debianBase(into, 'debian', '12 bookworm');
    nginxFiles(into);
  },
});

export const NGINX_SLIM: readonly ImageFamily[] = [
  slim('registry.k8s.io/nginx-slim'),
  slim('k8s.gcr.io/nginx-slim'),
  slim('registry.k8s.io/e2e-test-images/nginx', ['1.14-2', '1.14-4', '1.15-4']),
];
