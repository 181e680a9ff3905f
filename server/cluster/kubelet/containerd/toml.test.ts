import { expect, test } from 'vitest';
import { DEFAULT_CONFIG } from './default-config.ts';
import { readContainerdSettings } from './settings.ts';
import { parseToml, TomlError } from './toml.ts';

test('reads tables, quoted names, strings, numbers and lists over several lines', () => {
  const text = `version = 2 # comment
[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = '/etc/containerd/certs.d'
  [plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]
    endpoint = [
      "https://a#b", # one
      "https://c",
    ]
[debug]
level = ""
size = 1_000
on = true
`;
  expect([...parseToml(text)]).toEqual([
    ['version', 2],
    ['plugins/io.containerd.grpc.v1.cri/registry/config_path', '/etc/containerd/certs.d'],
    ['plugins/io.containerd.grpc.v1.cri/registry/mirrors/docker.io/endpoint', ['https://a#b', 'https://c']],
    ['debug/level', ''],
    ['debug/size', 1000],
    ['debug/on', true],
  ]);
});

test.each([
  ['version 2', '(1, 1)'],
  ['a = 1\nb = "x', '(2, 4)'],
  ['a = [1, 2', '(1, 10)'],
  ['[a..b]', '(1, 1)'],
  ['a = yes', '(1, 4)'],
])('says where %j is wrong', (text, place) => {
  expect(() => parseToml(text)).toThrow(TomlError);
  try {
    parseToml(text);
  } catch (error) {
    expect((error as TomlError).place).toBe(place);
  }
});

test("containerd's settings, and the file that Docker's package brings", () => {
  expect(readContainerdSettings('disabled_plugins = ["cri"]\n')).toMatchObject({
    cri: false,
    address: '/run/containerd/containerd.sock',
    sandboxImage: 'registry.k8s.io/pause:3.8',
    systemdCgroup: false,
    runtimes: new Map([['runc', 'io.containerd.runc.v2']]),
  });
});

test.each([
  ['[plugins."io.containerd.grpc.v1.cri".cni]\nbin_dir = "/x"\n', { cri: true, cni: { bin: '/x' } }],
  [
    '[plugins."io.containerd.grpc.v1.cri".containerd]\nsnapshotter = "nosuch"\n',
    { cri: false, problem: 'failed to create CRI service: failed to find snapshotter "nosuch"' },
  ],
  [
    '[plugins."io.containerd.grpc.v1.cri".registry]\nconfig_path = "/etc/containerd/certs.d"\n[plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]\nendpoint = ["https://x"]\n',
    { cri: false, problem: 'invalid plugin config: `mirrors` cannot be set when `config_path` is provided' },
  ],
])('%s', (text, settings) => {
  expect(readContainerdSettings(`version = 2\n${text}`)).toMatchObject(settings);
});

test('without a version plugins go by their short names; from the second on only by their full ones', () => {
  const cgroups = '.containerd.runtimes.runc.options]\nSystemdCgroup = true\n';
  const full = `[plugins."io.containerd.grpc.v1.cri"${cgroups}`;
  expect(readContainerdSettings(full)).toMatchObject({ isOld: true, systemdCgroup: false });
  expect(readContainerdSettings(`[plugins.cri${cgroups}`)).toMatchObject({ systemdCgroup: true });
  expect(readContainerdSettings(`version = 2\n${full}`)).toMatchObject({ systemdCgroup: true });
  expect(readContainerdSettings(DEFAULT_CONFIG)).toMatchObject({
    ...readContainerdSettings(''),
    isOld: false,
  });
  expect(() => readContainerdSettings('version = 2\ndisabled_plugins = ["cri"]\n')).toThrow(
    'invalid disabled plugin URI "cri" expect io.containerd.x.vx',
  );
});
