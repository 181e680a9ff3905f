import type { Main } from '../../host/index.ts';
import { distrolessBase } from './bases/unix.ts';
import { type ImageFamily, MEBI, PATH } from './image.ts';
import { log, untilSignal } from './serve.ts';
import { releases, variants } from './tags.ts';

const VERSIONS = variants(
  releases({ '4.1': 1, '4.0': 13, '3.2': 10, '3.1': 10, '3.0': 7, '2.2': 3, '1.9': 10 }),
  '4.1.1',
);

const fluentBit: Main = function* (context) {
  const stamp = () => new Date(context.now).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
  const version = context.env.get('FLUENT_BIT_VERSION') ?? '4.1.1';
  log(context, `Fluent Bit v${version}\n* Copyright (C) 2015-2025 The Fluent Bit Authors\n\n`, 2);
  log(
    context,
    `[${stamp()}] [ info] [fluent bit] version=${version}, commit=, pid=${context.process.nspid}\n`,
    2,
  );
  log(context, `[${stamp()}] [ info] [sp] stream processor started\n`, 2);
  yield* untilSignal(context);
  log(
    context,
    `[${stamp()}] [engine] caught signal (SIGTERM)\n[${stamp()}] [ info] [engine] service has stopped (0 pending tasks)\n`,
    2,
  );
  return 0;
};

export const FLUENT_BIT: ImageFamily = {
  repository: 'fluent/fluent-bit',
  tags: [...VERSIONS.keys()],
  sizeBytes: 34_000_000,
  footprint: { memoryBytes: 9 * MEBI, cores: 0.001 },
  config: (tag) => ({
    entrypoint: ['/fluent-bit/bin/fluent-bit'],
    cmd: ['-c', '/fluent-bit/etc/fluent-bit.conf'],
    env: { PATH, FLUENT_BIT_VERSION: VERSIONS.get(tag) ?? '4.1.1' },
    ports: ['2020/tcp'],
  }),
  files(into) {
    distrolessBase(into);
    into.install('/fluent-bit/bin/fluent-bit', 'fluent-bit');
    into.write(
      '/fluent-bit/etc/fluent-bit.conf',
      '[INPUT]\n    Name cpu\n\n[OUTPUT]\n    Name stdout\n    Match *\n',
    );
  },
  programs: [{ name: 'fluent-bit', main: fluentBit }],
};
