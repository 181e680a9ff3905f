import { alpineBase } from './bases/unix.ts';
import { type ImageFamily, PATH } from './image.ts';

export const CURL: ImageFamily = {
  repository: 'curlimages/curl',
  tags: [
    'latest',
    '8.16.0',
    '8.14.1',
    '8.12.1',
    '8.11.1',
    '8.10.1',
    '8.9.1',
    '8.8.0',
    '8.7.1',
    '8.6.0',
    '8.5.0',
    '8.4.0',
    '8.1.2',
    '7.88.1',
    '7.85.0',
    '7.78.0',
  ],
  sizeBytes: 10_080_000,
  config: () => ({
    entrypoint: ['/entrypoint.sh'],
    cmd: ['curl'],
    env: { PATH },
    user: '100',
    workingDir: '/home/curl_user',
  }),
  files(into) {
    alpineBase(into, '3.21.3');
    into.install('/usr/bin/curl', 'curl');
    into.fs.mkdirAll('/home/curl_user');
    into.write(
      '/entrypoint.sh',
      '#!/bin/sh\ncase "$1" in -*|http*) set -- curl "$@" ;; esac\nexec "$@"\n',
      0o755,
    );
    into.write(
      '/etc/passwd',
      `${into.fs.read('/etc/passwd')}curl_user:x:100:101:Linux User,,,:/home/curl_user:/sbin/nologin\n`,
    );
  },
};
