import { type Files, type HttpResponse, isSystemError } from '../../host/index.ts';
import type { KubeletSettings } from './config.ts';

const LOGS = '/var/log';

/** The configuration in force: what was read, over the defaults that count here. Models component-base/configz. */
export function configz(settings: KubeletSettings): unknown {
  const { eviction, images, pulls, containerLogs } = settings;
  const { apiVersion: _, kind: __, ...given } = settings.effective;
  return {
    kubeletconfig: {
      enableServer: true,
      staticPodPath: settings.staticPodPath ?? '',
      podLogsDir: '/var/log/pods',
      port: settings.port,
      readOnlyPort: settings.readOnlyPort,
      authorization: { mode: settings.authorization },
      registryPullQPS: pulls.perSecond,
      registryBurst: pulls.burst,
      serializeImagePulls: pulls.most === 1,
      healthzPort: settings.healthzPort,
      clusterDomain: settings.clusterDomain,
      clusterDNS: settings.clusterDns,
      nodeLeaseDurationSeconds: settings.leaseSeconds,
      imageGCHighThresholdPercent: images.highPercent,
      imageGCLowThresholdPercent: images.lowPercent,
      cgroupDriver: settings.cgroupDriver,
      cpuManagerPolicy: 'none',
      topologyManagerPolicy: 'none',
      maxPods: settings.maxPods,
      podPidsLimit: settings.podPidsLimit,
      resolvConf: settings.resolvConf,
      failSwapOn: settings.failSwapOn,
      containerLogMaxSize: '10Mi',
      containerLogMaxFiles: containerLogs.maxFiles,
      containerRuntimeEndpoint: settings.runtimeEndpoint,
      registerNode: true,
      ...definite(given),
      evictionHard: eviction.hard,
    },
  };
}

/** Without what says no more than that the default counts: `0s`, '', {}. */
function definite(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const says = (value: unknown) => value !== '0s' && value !== '' && JSON.stringify(value) !== '{}';
  return Object.fromEntries(Object.entries(config).filter(([, value]) => says(value)));
}

/** `/logs/…`: files and directories below `/var/log`, as Go's file server shows them. */
export function systemLog(fs: Files, path: string): HttpResponse {
  const whole = `${LOGS}/${path}`.replace(/\/+$/, '');
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  try {
    if (!fs.realpath(whole).startsWith(LOGS)) throw new RangeError();
    if (!fs.isDirectory(whole)) return { status: 200, headers, body: fs.read(whole) };
    const links = fs.list(whole).map((name) => {
      const shown = fs.isDirectory(`${whole}/${name}`) ? `${name}/` : name;
      return `<a href="${shown}">${shown}</a>\n`;
    });
    return {
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${links.join('')}</pre>\n`,
    };
  } catch (error) {
    if (!isSystemError(error) && !(error instanceof RangeError)) throw error;
    return { status: 404, headers, body: '404 page not found\n' };
  }
}
