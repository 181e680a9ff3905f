import type { KubeletSettings } from './config.ts';

type Severity = 'I' | 'W' | 'E';
type Log = (severity: Severity, source: string, message: string) => void;
type Line = readonly [severity: Severity, source: string, message: string];

const ELSEWHERE =
  "This parameter should be set via the config file specified by the Kubelet's --config flag. See https://kubernetes.io/docs/tasks/administer-cluster/kubelet-config-file/ for more information.";

/** Flags that every start complains of, with what it says. */
const DEPRECATED: Readonly<Record<string, string>> = {
  'container-runtime-endpoint': ELSEWHERE,
  'cgroup-driver': ELSEWHERE,
  'fail-swap-on': ELSEWHERE,
  'pod-infra-container-image':
    'will be removed in 1.35. Image garbage collector will get sandbox image information from CRI.',
};

/** Said before anything else, without klog. */
export function deprecations(args: readonly string[]): string[] {
  return args.flatMap((arg) => {
    const name = /^--([^=]+)/.exec(arg)?.[1] ?? '';
    const why = DEPRECATED[name];
    return why === undefined ? [] : [`Flag --${name} has been deprecated, ${why}\n`];
  });
}

/** What a kubelet says on its way, beside the steps that can fail. Only read by people. */
export function tellPreparing(log: Log, settings: KubeletSettings): void {
  const { clientCaFile, kubeconfig, certDir, rotateCertificates } = settings;
  tell(log, [
    ['I', 'server.go:532', '"Golang settings" GOGC="" GOMAXPROCS="" GOTRACEBACK=""'],
    ['I', 'watchdog_linux.go:99', '"Systemd watchdog is not enabled"'],
    rotateCertificates && kubeconfig !== undefined
      ? ['I', 'server.go:956', '"Client rotation is on, will bootstrap in background"']
      : ['I', 'server.go:964', '"Client rotation is off"'],
  ]);
  if (kubeconfig !== undefined)
    log(
      'I',
      'certificate_store.go:147',
      `"Loading cert/key pair from a file" filePath="${certDir}/kubelet-client-current.pem"`,
    );
  if (clientCaFile !== undefined)
    log(
      'I',
      'dynamic_cafile_content.go:161',
      `"Starting controller" name="client-ca-bundle::${clientCaFile}"`,
    );
}

export function tellConnected(
  log: Log,
  settings: KubeletSettings,
  runtime: { readonly nodeName: string; readonly version: string },
): void {
  const { cgroupDriver, failSwapOn, staticPodPath, kubeconfig } = settings;
  const nodeConfig = {
    NodeName: runtime.nodeName,
    RuntimeCgroupsName: '',
    SystemCgroupsName: '',
    KubeletCgroupsName: '',
    KubeletOOMScoreAdj: -999,
    ContainerRuntime: '',
    CgroupsPerQOS: true,
    CgroupRoot: '/',
    CgroupDriver: cgroupDriver,
    KubeletRootDir: '/var/lib/kubelet',
    ProtectKernelDefaults: settings.protectKernelDefaults,
  };
  tell(log, [
    [
      'E',
      'log.go:32',
      '"RuntimeConfig from runtime service failed" err="rpc error: code = Unimplemented desc = unknown method RuntimeConfig for service runtime.v1.RuntimeService"',
    ],
    [
      'I',
      'server.go:1421',
      '"CRI implementation should be updated to support RuntimeConfig when KubeletCgroupDriverFromCRI feature gate has been enabled. Falling back to using cgroupDriver from kubelet config."',
    ],
    [
      'I',
      'server.go:782',
      '"--cgroups-per-qos enabled, but --cgroup-root was not specified.  Defaulting to /"',
    ],
    [
      'I',
      'server.go:836',
      `"NoSwap is set due to memorySwapBehavior not specified" memorySwapBehavior="" FailSwapOn=${failSwapOn}`,
    ],
    [
      'I',
      'container_manager_linux.go:267',
      '"Container manager verified user specified cgroup-root exists" cgroupRoot=[]',
    ],
    [
      'I',
      'container_manager_linux.go:272',
      `"Creating Container Manager object based on Node Config" nodeConfig=${JSON.stringify(nodeConfig)}`,
    ],
    ['I', 'topology_manager.go:138', '"Creating topology manager with none policy"'],
    ['I', 'container_manager_linux.go:303', '"Creating device plugin manager"'],
    ['I', 'state_mem.go:36', '"Initialized new in-memory state store"'],
  ]);
  if (kubeconfig !== undefined) log('I', 'kubelet.go:446', '"Attempting to sync node with API server"');
  if (staticPodPath) log('I', 'kubelet.go:341', `"Adding static pod path" path="${staticPodPath}"`);
  if (kubeconfig !== undefined)
    tell(log, [
      ['I', 'kubelet.go:352', '"Adding apiserver pod source"'],
      ['I', 'apiserver.go:42', '"Waiting for node sync before watching apiserver pods"'],
    ]);
  tell(log, [
    [
      'I',
      'kuberuntime_manager.go:279',
      `"Container runtime initialized" containerRuntime="containerd" version="${runtime.version}" apiVersion="v1"`,
    ],
    ['I', 'server.go:1263', '"Started kubelet"'],
  ]);
}

export function tellRunning(log: Log, settings: KubeletSettings): void {
  const { certDir, port, cpuManagerPolicy } = settings;
  const files = `${certDir}/kubelet.crt::${certDir}/kubelet.key`;
  tell(log, [
    ['I', 'server.go:180', `"Starting to listen" address="0.0.0.0" port=${port}`],
    [
      'I',
      'ratelimit.go:55',
      '"Setting rate limiting for endpoint" service="podresources" qps=100 burstTokens=10',
    ],
    [
      'I',
      'server.go:255',
      '"Starting to serve the podresources API" endpoint="unix:/var/lib/kubelet/pod-resources/kubelet.sock"',
    ],
    ['I', 'fs_resource_analyzer.go:67', '"Starting FS ResourceAnalyzer"'],
    ['I', 'server.go:449', '"Adding debug handlers to kubelet server"'],
    [
      'I',
      'dynamic_serving_content.go:135',
      `"Starting controller" name="kubelet-server-cert-files::${files}"`,
    ],
    ['I', 'volume_manager.go:297', '"Starting Kubelet Volume Manager"'],
    ['I', 'desired_state_of_world_populator.go:150', '"Desired state populator starts to run"'],
    ['I', 'reconciler.go:26', '"Reconciler: start to sync state"'],
    ['I', 'factory.go:221', 'Registration of the systemd container factory successfully'],
    ['I', 'factory.go:221', 'Registration of the containerd container factory successfully'],
    ['I', 'kubelet_network_linux.go:49', '"Initialized iptables rules." protocol="IPv4"'],
    ['I', 'kubelet_network_linux.go:49', '"Initialized iptables rules." protocol="IPv6"'],
    ['I', 'status_manager.go:230', '"Starting to sync pod status with apiserver"'],
    ['I', 'kubelet.go:2436', '"Starting kubelet main sync loop"'],
    [
      'E',
      'kubelet.go:2460',
      '"Skipping pod synchronization" err="[container runtime status check may not have completed yet, PLEG is not healthy: pleg has yet to be successful]"',
    ],
    ['I', 'cpu_manager.go:221', `"Starting CPU manager" policy="${cpuManagerPolicy}"`],
    ['I', 'memory_manager.go:186', '"Starting memorymanager" policy="None"'],
    [
      'E',
      'manager.go:517',
      '"Failed to read data from checkpoint" err="checkpoint is not found" checkpoint="kubelet_internal_checkpoint"',
    ],
    ['I', 'eviction_manager.go:189', '"Eviction manager: starting control loop"'],
    ['I', 'plugin_manager.go:118', '"Starting Kubelet Plugin Manager"'],
    [
      'E',
      'eviction_manager.go:267',
      '"eviction manager: failed to check if we have separate container filesystem. Ignoring." err="no imagefs label for configured runtime"',
    ],
  ]);
}

function tell(log: Log, lines: readonly Line[]): void {
  for (const line of lines) log(...line);
}
