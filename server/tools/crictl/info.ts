import type { ContainerRuntime, RuntimeSettings } from '../../cluster/client/cri.ts';

/** What `crictl info` prints: the runtime's state, and the part of its configuration that people look for. */
export function runtimeInfo(runtime: ContainerRuntime): unknown {
  const { networkReady, networkMessage, settings } = runtime.status();
  const network = networkReady
    ? { message: '', reason: '' }
    : { message: networkMessage, reason: 'NetworkPluginNotReady' };
  return {
    config: configOf(settings),
    golang: 'go1.23.7',
    lastCNILoadStatus: networkReady ? 'OK' : networkMessage.replace(/^Network plugin returns error: /, ''),
    status: {
      conditions: [
        { message: '', reason: '', status: true, type: 'RuntimeReady' },
        { ...network, status: networkReady, type: 'NetworkReady' },
      ],
    },
  };
}

function configOf(settings: RuntimeSettings | undefined): unknown {
  const paths = {
    containerdEndpoint: settings?.address ?? '/run/containerd/containerd.sock',
    containerdRootDir: '/var/lib/containerd',
  };
  const containerd = { defaultRuntimeName: 'runc', snapshotter: 'overlayfs' };
  if (!settings) return { containerd, ...paths };
  const { cni, configPath, logLineBytes, sandboxImage, systemdCgroup } = settings;
  return {
    cni: { binDir: cni.bin, confDir: cni.conf, confTemplate: '', ipPref: '', maxConfNum: 1 },
    containerd: {
      ...containerd,
      runtimes: {
        runc: {
          options: { SystemdCgroup: systemdCgroup },
          runtimeType: 'io.containerd.runc.v2',
          sandboxMode: 'podsandbox',
        },
      },
    },
    ...paths,
    maxContainerLogLineSize: logLineBytes,
    registry: { configPath },
    sandboxImage,
  };
}
