import type { Steps } from '../../../sim/index.ts';
import { bashCompletion } from '../../completion-script.ts';
import { TemplateError } from '../../go-template/syntax.ts';
import { GoTemplate } from '../../go-template/template.ts';
import { GIT_COMMIT, GO_VERSION, VERSION } from '../chart/capabilities.ts';
import { HelmError } from '../errors.ts';
import type { Helm } from '../helm.ts';
import { ANY, type HelmCommand } from './command.ts';

const BUILD = { Version: VERSION, GitCommit: GIT_COMMIT, GitTreeState: 'clean', GoVersion: GO_VERSION };

const version: HelmCommand = {
  args: [0, 0],
  *run({ flags, context }): Steps<void> {
    const template = flags.string('template');
    if (template !== '') {
      try {
        yield* context.out(new GoTemplate(template, { name: '_' }).execute(BUILD));
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        throw new HelmError(error.message);
      }
    } else if (flags.bool('short')) yield* context.out(`${VERSION}+g${GIT_COMMIT.slice(0, 7)}\n`);
    else
      yield* context.out(
        `version.BuildInfo{${Object.entries(BUILD)
          .map(([name, value]) => `${name}:${JSON.stringify(value)}`)
          .join(', ')}}\n`,
      );
  },
};

/** Models cli.EnvSettings EnvVars. */
function variables(helm: Helm): Record<string, string> {
  const { flags, paths } = helm;
  return {
    HELM_BIN: helm.context.args[0] ?? 'helm',
    HELM_BURST_LIMIT: flags.string('burst-limit'),
    HELM_CACHE_HOME: paths.cache,
    HELM_CONFIG_HOME: paths.config,
    HELM_DATA_HOME: paths.data,
    HELM_DEBUG: String(helm.debug),
    HELM_KUBEAPISERVER: helm.setting('kube-apiserver'),
    HELM_KUBEASGROUPS: flags.list('kube-as-group').join(','),
    HELM_KUBEASUSER: helm.setting('kube-as-user'),
    HELM_KUBECAFILE: helm.setting('kube-ca-file'),
    HELM_KUBECONTEXT: helm.setting('kube-context'),
    HELM_KUBEINSECURE_SKIP_TLS_VERIFY: String(flags.bool('kube-insecure-skip-tls-verify')),
    HELM_KUBETLS_SERVER_NAME: helm.setting('kube-tls-server-name'),
    HELM_KUBETOKEN: helm.setting('kube-token'),
    HELM_MAX_HISTORY: helm.env('HELM_MAX_HISTORY') || '10',
    HELM_NAMESPACE: helm.namespace,
    HELM_PLUGINS: paths.plugins,
    HELM_QPS: Number(flags.string('qps') || 0).toFixed(2),
    HELM_REGISTRY_CONFIG: paths.registryConfig,
    HELM_REPOSITORY_CACHE: paths.repositoryCache,
    HELM_REPOSITORY_CONFIG: paths.repositoryConfig,
  };
}

const env: HelmCommand = {
  args: [0, 1],
  *run(helm): Steps<void> {
    const all = variables(helm);
    const [name] = helm.args;
    if (name !== undefined) yield* helm.out(`${all[name] ?? ''}\n`);
    else
      yield* helm.out(
        Object.entries(all)
          .map(([key, value]) => `${key}="${value}"\n`)
          .join(''),
      );
  },
};

/** What is there without an effect of its own here, said aloud. */
function refused(what: string): HelmCommand {
  return {
    args: [0, ANY],
    *run() {
      throw new HelmError(`${what} not simulated`);
    },
  };
}

const plugins: HelmCommand = {
  args: [0, ANY],
  run: (helm) => helm.out('NAME\tVERSION\tDESCRIPTION\n'),
};

const verify: HelmCommand = {
  args: [1, 1],
  *run(helm): Steps<void> {
    const file = `${helm.args[0]}.prov`;
    if (!helm.context.fs.exists(file))
      throw new HelmError(`could not load provenance file ${file}: stat ${file}: no such file or directory`);
    throw new HelmError('signatures of charts are not simulated');
  },
};

export const ENVIRONMENT: Readonly<Record<string, HelmCommand>> = {
  version,
  env,
  'plugin list': plugins,
  'plugin install': refused('installing plugins is'),
  'plugin uninstall': refused('plugins are'),
  'plugin update': refused('plugins are'),
  'registry login': refused('registries of charts are'),
  'registry logout': refused('registries of charts are'),
  push: refused('registries of charts are'),
  verify,
  'completion bash': { args: [0, 0], run: (helm) => helm.out(bashCompletion('helm')) },
  'completion fish': refused('completion for fish is'),
  'completion powershell': refused('completion for powershell is'),
  'completion zsh': refused('completion for zsh is'),
};
