import type { CommandPage } from './page.ts';

/** What helm says of the commands that deal with charts. */
export const CHART_PAGES: readonly CommandPage[] = [
  {
    path: 'create',
    short: 'create a new chart with the given name',
    usage: ['helm create NAME [flags]'],
    long: `
This command creates a chart directory along with the common files and
directories used in a chart.

For example, 'helm create foo' will create a directory structure that looks
something like this:

    foo/
    ├── .helmignore   # Contains patterns to ignore when packaging Helm charts.
    ├── Chart.yaml    # Information about your chart
    ├── values.yaml   # The default values for your templates
    ├── charts/       # Charts that this chart depends on
    └── templates/    # The template files
        └── tests/    # The test files

'helm create' takes a path for an argument. If directories in the given path
do not exist, Helm will attempt to create them as it goes. If the given
destination exists and there are files in that directory, conflicting files
will be overwritten, but other files will be left alone.`,
    flags: 'starter',
  },
  {
    path: 'dependency',
    short: "manage a chart's dependencies",
    usage: ['helm dependency [command]'],
    aliases: ['dep', 'dependencies'],
    long: `
Manage the dependencies of a chart.

Helm charts store their dependencies in 'charts/'. For chart developers, it is
often easier to manage dependencies in 'Chart.yaml' which declares all
dependencies.

The dependency commands operate on that file, making it easy to synchronize
between the desired dependencies and the actual dependencies stored in the
'charts/' directory.

For example, this Chart.yaml declares two dependencies:

    # Chart.yaml
    dependencies:
    - name: nginx
      version: "1.2.3"
      repository: "https://example.com/charts"
    - name: memcached
      version: "3.2.1"
      repository: "https://another.example.com/charts"


The 'name' should be the name of a chart, where that name must match the name
in that chart's 'Chart.yaml' file.

The 'version' field should contain a semantic version or version range.

The 'repository' URL should point to a Chart Repository. Helm expects that by
appending '/index.yaml' to the URL, it should be able to retrieve the chart
repository's index. Note: 'repository' can be an alias. The alias must start
with 'alias:' or '@'.

Starting from 2.2.0, repository can be defined as the path to the directory of
the dependency charts stored locally. The path should start with a prefix of
"file://". For example,

    # Chart.yaml
    dependencies:
    - name: nginx
      version: "1.2.3"
      repository: "file://../dependency_chart/nginx"

If the dependency chart is retrieved locally, it is not required to have the
repository added to helm by "helm add repo". Version matching is also supported
for this case.`,
  },
  {
    path: 'lint',
    short: 'examine a chart for possible issues',
    usage: ['helm lint PATH [flags]'],
    long: `
This command takes a path to a chart and runs a series of tests to verify that
the chart is well-formed.

If the linter encounters things that will cause the chart to fail installation,
it will emit [ERROR] messages. If it encounters issues that break with convention
or recommendation, it will emit [WARNING] messages.`,
    flags:
      'kube-version quiet set set-file set-json set-literal set-string skip-schema-validation strict values with-subcharts',
  },
  {
    path: 'package',
    short: 'package a chart directory into a chart archive',
    usage: ['helm package [CHART_PATH] [...] [flags]'],
    long: `
This command packages a chart into a versioned chart archive file. If a path
is given, this will look at that path for a chart (which must contain a
Chart.yaml file) and then package that directory.

Versioned chart archives are used by Helm package repositories.

To sign a chart, use the '--sign' flag. In most cases, you should also
provide '--keyring path/to/secret/keys' and '--key keyname'.

  $ helm package --sign ./mychart --key mykey --keyring ~/.gnupg/secring.gpg

If '--keyring' is not specified, Helm usually defaults to the public keyring
unless your environment is otherwise configured.`,
    flags:
      'app-version ca-file cert-file dependency-update destination insecure-skip-tls-verify key key-file keyring passphrase-file password plain-http sign username version',
    own: [
      [
        'dependency-update',
        'u',
        'bool',
        'update dependencies from "Chart.yaml" to dir "charts/" before packaging',
      ],
      ['keyring', '', 'string', 'location of a public keyring (default "/root/.gnupg/pubring.gpg")'],
      ['version', '', 'string', 'set the version on the chart to this semver version'],
    ],
  },
  {
    path: 'show',
    short: 'show information of a chart',
    usage: ['helm show [command]'],
    aliases: ['inspect'],
    long: `
This command consists of multiple subcommands to display information about a chart`,
  },
  {
    path: 'template',
    short: 'locally render templates',
    usage: ['helm template [NAME] [CHART] [flags]'],
    long: `
Render chart templates locally and display the output.

Any values that would normally be looked up or retrieved in-cluster will be
faked locally. Additionally, none of the server-side testing of chart validity
(e.g. whether an API is supported) is done.`,
    flags:
      'api-versions atomic ca-file cert-file create-namespace dependency-update description devel disable-openapi-validation dry-run enable-dns force generate-name hide-notes include-crds insecure-skip-tls-verify is-upgrade key-file keyring kube-version labels name-template no-hooks output-dir pass-credentials password plain-http post-renderer post-renderer-args release-name render-subchart-notes replace repo set set-file set-json set-literal set-string show-only skip-crds skip-schema-validation skip-tests take-ownership timeout username validate values verify version wait wait-for-jobs',
    own: [['kube-version', '', 'string', 'Kubernetes version used for Capabilities.KubeVersion']],
  },
  {
    path: 'verify',
    short: 'verify that a chart at the given path has been signed and is valid',
    usage: ['helm verify PATH [flags]'],
    long: `
Verify that the given chart has a valid provenance file.

Provenance files provide cryptographic verification that a chart has not been
tampered with, and was packaged by a trusted provider.

This command can be used to verify a local chart. Several other commands provide
'--verify' flags that run the same validation. To generate a signed package, use
the 'helm package --sign' command.`,
    flags: 'keyring',
    own: [['keyring', '', 'string', 'keyring containing public keys (default "/root/.gnupg/pubring.gpg")']],
  },
  {
    path: 'dependency build',
    short: 'rebuild the charts/ directory based on the Chart.lock file',
    usage: ['helm dependency build CHART [flags]'],
    long: `
Build out the charts/ directory from the Chart.lock file.

Build is used to reconstruct a chart's dependencies to the state specified in
the lock file. This will not re-negotiate dependencies, as 'helm dependency update'
does.

If no lock file is found, 'helm dependency build' will mirror the behavior
of 'helm dependency update'.`,
    flags:
      'ca-file cert-file insecure-skip-tls-verify key-file keyring password plain-http skip-refresh username verify',
    own: [
      ['keyring', '', 'string', 'keyring containing public keys (default "/root/.gnupg/pubring.gpg")'],
      ['verify', '', 'bool', 'verify the packages against signatures'],
    ],
  },
  {
    path: 'dependency list',
    short: 'list the dependencies for the given chart',
    usage: ['helm dependency list CHART [flags]'],
    aliases: ['ls'],
    long: `
List all of the dependencies declared in a chart.

This can take chart archives and chart directories as input. It will not alter
the contents of a chart.

This will produce an error if the chart cannot be loaded.`,
    flags: 'max-col-width',
    own: [['max-col-width', '', 'uint', 'maximum column width for output table (default 80)']],
  },
  {
    path: 'dependency update',
    short: 'update charts/ based on the contents of Chart.yaml',
    usage: ['helm dependency update CHART [flags]'],
    aliases: ['up'],
    long: `
Update the on-disk dependencies to mirror Chart.yaml.

This command verifies that the required charts, as expressed in 'Chart.yaml',
are present in 'charts/' and are at an acceptable version. It will pull down
the latest charts that satisfy the dependencies, and clean up old dependencies.

On successful update, this will generate a lock file that can be used to
rebuild the dependencies to an exact version.

Dependencies are not required to be represented in 'Chart.yaml'. For that
reason, an update command will not remove charts unless they are (a) present
in the Chart.yaml file, but (b) at the wrong version.`,
    flags:
      'ca-file cert-file insecure-skip-tls-verify key-file keyring password plain-http skip-refresh username verify',
    own: [
      ['keyring', '', 'string', 'keyring containing public keys (default "/root/.gnupg/pubring.gpg")'],
      ['verify', '', 'bool', 'verify the packages against signatures'],
    ],
  },
  {
    path: 'show all',
    short: 'show all information of the chart',
    usage: ['helm show all [CHART] [flags]'],
    long: `
This command inspects a chart (directory, file, or URL) and displays all its content
(values.yaml, Chart.yaml, README)`,
    flags:
      'ca-file cert-file devel insecure-skip-tls-verify key-file keyring pass-credentials password plain-http repo username verify version',
  },
  {
    path: 'show chart',
    short: "show the chart's definition",
    usage: ['helm show chart [CHART] [flags]'],
    long: `
This command inspects a chart (directory, file, or URL) and displays the contents
of the Chart.yaml file`,
    flags:
      'ca-file cert-file devel insecure-skip-tls-verify key-file keyring pass-credentials password plain-http repo username verify version',
  },
  {
    path: 'show crds',
    short: "show the chart's CRDs",
    usage: ['helm show crds [CHART] [flags]'],
    long: `
This command inspects a chart (directory, file, or URL) and displays the contents
of the CustomResourceDefinition files`,
    flags:
      'ca-file cert-file devel insecure-skip-tls-verify key-file keyring pass-credentials password plain-http repo username verify version',
  },
  {
    path: 'show readme',
    short: "show the chart's README",
    usage: ['helm show readme [CHART] [flags]'],
    long: `
This command inspects a chart (directory, file, or URL) and displays the contents
of the README file`,
    flags:
      'ca-file cert-file devel insecure-skip-tls-verify key-file keyring pass-credentials password plain-http repo username verify version',
  },
  {
    path: 'show values',
    short: "show the chart's values",
    usage: ['helm show values [CHART] [flags]'],
    long: `
This command inspects a chart (directory, file, or URL) and displays the contents
of the values.yaml file`,
    flags:
      'ca-file cert-file devel insecure-skip-tls-verify jsonpath key-file keyring pass-credentials password plain-http repo username verify version',
  },
];
