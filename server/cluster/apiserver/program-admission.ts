import { bodyText, type Context, isSystemError } from '../../host/index.ts';
import { accessFromKubeconfig, HttpClient, requestFailure } from '../client/http-client.ts';
import { type FlagValues, flagList } from '../flags.ts';
import type { AdmissionConfiguration } from './admission/configuration/configuration.ts';
import { checkConfigured, type Reader, readAdmissionConfiguration } from './admission/configuration/read.ts';
import { enabledPlugins } from './admission/index.ts';

/** How long the server waits for somebody's opinion. */
const TIMEOUT_SECONDS = 30;

/** What the admission plugins are told by files. Throws Error in the server's words. */
export function admissionConfiguration(context: Context, flags: FlagValues): AdmissionConfiguration {
  const [on, off] = ['enable', 'disable'].map((what) => flagList(flags, `${what}-admission-plugins`));
  const enabled = new Set(enabledPlugins(on, off).map(({ name }) => name));
  const path = flags.get('admission-control-config-file');
  const found = path ? readAdmissionConfiguration(path, enabled, readerOf(context)) : {};
  checkConfigured(enabled, found);
  return found;
}

function readerOf(context: Context): Reader {
  return {
    read: (path) => {
      try {
        return context.fs.read(path);
      } catch (error) {
        if (!isSystemError(error)) throw error;
        throw new Error(`open ${path}: ${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`);
      }
    },
    imageReviewer: (kubeconfig) => webhookOfKubeconfig(context, kubeconfig),
  };
}

/** Posts reviews to the server that a kubeconfig file names. Models apiserver/pkg/util/webhook GenericWebhook. */
export function webhookOfKubeconfig(context: Context, kubeconfig: string): (review: unknown) => any {
  if (!context.fs.can(kubeconfig, 'read')) throw new Error(`stat ${kubeconfig}: no such file or directory`);
  const access = accessFromKubeconfig(context, kubeconfig);
  const { origin, pathname } = new URL(access.server);
  const client = new HttpClient(context, { ...access, server: origin, userAgent: 'kube-apiserver' });
  return (review) => {
    const path = `${pathname}?timeout=${TIMEOUT_SECONDS}s`;
    const headers = { 'content-type': 'application/json', accept: 'application/json, */*' };
    try {
      const response = client.request({ method: 'POST', path, headers, value: review as never });
      if (response.status < 200 || response.status > 299)
        throw new Error(`Error contacting webhook: ${response.status}`);
      return response.value ?? JSON.parse(bodyText(response));
    } catch (error) {
      throw new Error(requestFailure(error));
    }
  };
}
