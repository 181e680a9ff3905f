import type { ContainerRuntime } from '../../cluster/client/cri.ts';
import { dialRuntime } from '../../cluster/client/cri-dial.ts';
import type { Context } from '../../host/index.ts';

/** crictl stops with this as its last line: `FATA[0000] …`. */
export class Fatal extends Error {
  override name = 'Fatal';
}

const DEFAULTS = ['/run/containerd/containerd.sock', '/run/crio/crio.sock', '/var/run/cri-dockerd.sock'];
const CONFIG = '/etc/crictl.yaml';

export interface Connection {
  readonly runtime: ContainerRuntime;
  readonly warnings: string;
}

/** Finds the runtime that the flags or `/etc/crictl.yaml` name. Throws Fatal in crictl's words. */
export function connect(context: Context, endpoint: string | undefined): Connection {
  const configured = context.fs.isFile(CONFIG)
    ? /^runtime-endpoint:\s*["']?([^"'\s]+)/m.exec(context.fs.read(CONFIG))?.[1]
    : undefined;
  const chosen = endpoint ?? context.env.get('CONTAINER_RUNTIME_ENDPOINT') ?? configured;
  let warnings = '';
  if (!context.fs.isFile(CONFIG)) {
    warnings += `time="${stamp(context)}" level=warning msg="Config \\"${CONFIG}\\" does not exist, trying next: \\"/usr/bin/crictl.yaml\\""\n`;
  }
  if (chosen === undefined) {
    const list = DEFAULTS.map((path) => `unix://${path}`).join(' ');
    warnings += `time="${stamp(context)}" level=warning msg="runtime connect using default endpoints: [${list}]. As the default settings are now deprecated, you should set the endpoint instead."\n`;
  }
  const address = chosen ?? `unix://${DEFAULTS[0]}`;
  const { runtime, problem } = dialRuntime(context.host, address, context.credentials.uid === 0);
  if (!runtime) throw new Fatal(problem);
  return { runtime, warnings };
}

export function stamp(context: Context): string {
  return `${new Date(context.now).toISOString().slice(0, 19)}Z`;
}
