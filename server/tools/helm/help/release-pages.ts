import type { CommandPage } from './page.ts';

/** What helm says of the commands that deal with releases. */
export const RELEASE_PAGES: readonly CommandPage[] = [
  {
    path: 'get',
    short: 'download extended information of a named release',
    usage: ['helm get [command]'],
    long: `
This command consists of multiple subcommands which can be used to
get extended information about the release, including:

- The values used to generate the release
- The generated manifest file
- The notes provided by the chart of the release
- The hooks associated with the release
- The metadata of the release`,
  },
  {
    path: 'history',
    short: 'fetch release history',
    usage: ['helm history RELEASE_NAME [flags]'],
    aliases: ['hist'],
    long: `
History prints historical revisions for a given release.

A default maximum of 256 revisions will be returned. Setting '--max'
configures the maximum length of the revision list returned.

The historical release set is printed as a formatted table, e.g:

    $ helm history angry-bird
    REVISION    UPDATED                     STATUS          CHART             APP VERSION     DESCRIPTION
    1           Mon Oct 3 10:15:13 2016     superseded      alpine-0.1.0      1.0             Initial install
    2           Mon Oct 3 10:15:13 2016     superseded      alpine-0.1.0      1.0             Upgraded successfully
    3           Mon Oct 3 10:15:13 2016     superseded      alpine-0.1.0      1.0             Rolled back to 2
    4           Mon Oct 3 10:15:13 2016     deployed        alpine-0.1.0      1.0             Upgraded successfully`,
    flags: 'max output',
  },
  {
    path: 'install',
    short: 'install a chart',
    usage: ['helm install [NAME] [CHART] [flags]'],
    long: `
This command installs a chart archive.

The install argument must be a chart reference, a path to a packaged chart,
a path to an unpacked chart directory or a URL.

To override values in a chart, use either the '--values' flag and pass in a file
or use the '--set' flag and pass configuration from the command line, to force
a string value use '--set-string'. You can use '--set-file' to set individual
values from a file when the value itself is too long for the command line
or is dynamically generated. You can also use '--set-json' to set json values
(scalars/objects/arrays) from the command line.

    $ helm install -f myvalues.yaml myredis ./redis

or

    $ helm install --set name=prod myredis ./redis

or

    $ helm install --set-string long_int=1234567890 myredis ./redis

or

    $ helm install --set-file my_script=dothings.sh myredis ./redis

or

    $ helm install --set-json 'master.sidecars=[{"name":"sidecar","image":"myImage","imagePullPolicy":"Always","ports":[{"name":"portname","containerPort":1234}]}]' myredis ./redis


You can specify the '--values'/'-f' flag multiple times. The priority will be given to the
last (right-most) file specified. For example, if both myvalues.yaml and override.yaml
contained a key called 'Test', the value set in override.yaml would take precedence:

    $ helm install -f myvalues.yaml -f override.yaml  myredis ./redis

You can specify the '--set' flag multiple times. The priority will be given to the
last (right-most) set specified. For example, if both 'bar' and 'newbar' values are
set for a key called 'foo', the 'newbar' value would take precedence:

    $ helm install --set foo=bar --set foo=newbar  myredis ./redis

Similarly, in the following example 'foo' is set to '["four"]':

    $ helm install --set-json='foo=["one", "two", "three"]' --set-json='foo=["four"]' myredis ./redis

And in the following example, 'foo' is set to '{"key1":"value1","key2":"bar"}':

    $ helm install --set-json='foo={"key1":"value1","key2":"value2"}' --set-json='foo.key2="bar"' myredis ./redis

To check the generated manifests of a release without installing the chart,
the --debug and --dry-run flags can be combined.

The --dry-run flag will output all generated chart manifests, including Secrets
which can contain sensitive values. To hide Kubernetes Secrets use the
--hide-secret flag. Please carefully consider how and when these flags are used.

If --verify is set, the chart MUST have a provenance file, and the provenance
file MUST pass all verification steps.

There are six different ways you can express the chart you want to install:

1. By chart reference: helm install mymaria example/mariadb
2. By path to a packaged chart: helm install mynginx ./nginx-1.2.3.tgz
3. By path to an unpacked chart directory: helm install mynginx ./nginx
4. By absolute URL: helm install mynginx https://example.com/charts/nginx-1.2.3.tgz
5. By chart reference and repo url: helm install --repo https://example.com/charts/ mynginx nginx
6. By OCI registries: helm install mynginx --version 1.2.3 oci://example.com/charts/nginx

CHART REFERENCES

A chart reference is a convenient way of referencing a chart in a chart repository.

When you use a chart reference with a repo prefix ('example/mariadb'), Helm will look in the local
configuration for a chart repository named 'example', and will then look for a
chart in that repository whose name is 'mariadb'. It will install the latest stable version of that chart
until you specify '--devel' flag to also include development version (alpha, beta, and release candidate releases), or
supply a version number with the '--version' flag.

To see the list of chart repositories, use 'helm repo list'. To search for
charts in a repository, use 'helm search'.`,
    flags:
      'atomic ca-file cert-file create-namespace dependency-update description devel disable-openapi-validation dry-run enable-dns force generate-name hide-notes hide-secret insecure-skip-tls-verify key-file keyring labels name-template no-hooks output pass-credentials password plain-http post-renderer post-renderer-args render-subchart-notes replace repo set set-file set-json set-literal set-string skip-crds skip-schema-validation take-ownership timeout username values verify version wait wait-for-jobs',
  },
  {
    path: 'list',
    short: 'list releases',
    usage: ['helm list [flags]'],
    aliases: ['ls'],
    long: `
This command lists all of the releases for a specified namespace (uses current namespace context if namespace not specified).

By default, it lists only releases that are deployed or failed. Flags like
'--uninstalled' and '--all' will alter this behavior. Such flags can be combined:
'--uninstalled --failed'.

By default, items are sorted alphabetically. Use the '-d' flag to sort by
release date.

If the --filter flag is provided, it will be treated as a filter. Filters are
regular expressions (Perl compatible) that are applied to the list of releases.
Only items that match the filter will be returned.

    $ helm list --filter 'ara[a-z]+'
    NAME                UPDATED                                  CHART
    maudlin-arachnid    2020-06-18 14:17:46.125134977 +0000 UTC  alpine-0.1.0

If no results are found, 'helm list' will exit 0, but with no output (or in
the case of no '-q' flag, only headers).

By default, up to 256 items may be returned. To limit this, use the '--max' flag.
Setting '--max' to 0 will not return all results. Rather, it will return the
server's default, which may be much higher than 256. Pairing the '--max'
flag with the '--offset' flag allows you to page through results.`,
    flags:
      'all all-namespaces date deployed failed filter max no-headers offset output pending reverse selector short superseded time-format uninstalled uninstalling',
    own: [['max', 'm', 'int', 'maximum number of releases to fetch (default 256)']],
  },
  {
    path: 'rollback',
    short: 'roll back a release to a previous revision',
    usage: ['helm rollback <RELEASE> [REVISION] [flags]'],
    long: `
This command rolls back a release to a previous revision.

The first argument of the rollback command is the name of a release, and the
second is a revision (version) number. If this argument is omitted or set to
0, it will roll back to the previous release.

To see revision numbers, run 'helm history RELEASE'.`,
    flags: 'cleanup-on-fail dry-run force history-max no-hooks recreate-pods timeout wait wait-for-jobs',
    own: [
      ['dry-run', '', 'bool', 'simulate a rollback'],
      ['force', '', 'bool', 'force resource update through delete/recreate if needed'],
      ['no-hooks', '', 'bool', 'prevent hooks from running during rollback'],
    ],
  },
  {
    path: 'status',
    short: 'display the status of the named release',
    usage: ['helm status RELEASE_NAME [flags]'],
    long: `
This command shows the status of a named release.
The status consists of:
- last deployment time
- k8s namespace in which the release lives
- state of the release (can be: unknown, deployed, uninstalled, superseded, failed, uninstalling, pending-install, pending-upgrade or pending-rollback)
- revision of the release
- description of the release (can be completion message or error message, need to enable --show-desc)
- list of resources that this release consists of (need to enable --show-resources)
- details on last test suite run, if applicable
- additional notes provided by the chart`,
    flags: 'output revision show-desc show-resources',
    own: [['revision', '', 'int', 'if set, display the status of the named release with revision']],
  },
  {
    path: 'test',
    short: 'run tests for a release',
    usage: ['helm test [RELEASE] [flags]'],
    long: `
The test command runs the tests for a release.

The argument this command takes is the name of a deployed release.
The tests to be run are defined in the chart that was installed.`,
    flags: 'filter hide-notes logs timeout',
    own: [
      [
        'filter',
        '',
        'strings',
        `specify tests by attribute (currently "name") using attribute=value syntax or '!attribute=value' to exclude a test (can specify multiple or separate values with commas: name=test1,name=test2)`,
      ],
      [
        'hide-notes',
        '',
        'bool',
        'if set, do not show notes in test output. Does not affect presence in chart metadata',
      ],
    ],
  },
  {
    path: 'uninstall',
    short: 'uninstall a release',
    usage: ['helm uninstall RELEASE_NAME [...] [flags]'],
    aliases: ['del', 'delete', 'un'],
    long: `
This command takes a release name and uninstalls the release.

It removes all of the resources associated with the last release of the chart
as well as the release history, freeing it up for future use.

Use the '--dry-run' flag to see which releases will be uninstalled without actually
uninstalling them.`,
    flags: 'cascade description dry-run ignore-not-found keep-history no-hooks timeout wait',
    own: [
      ['dry-run', '', 'bool', 'simulate a uninstall'],
      ['no-hooks', '', 'bool', 'prevent hooks from running during uninstallation'],
      [
        'wait',
        '',
        'bool',
        'if set, will wait until all the resources are deleted before returning. It will wait for as long as --timeout',
      ],
    ],
  },
  {
    path: 'upgrade',
    short: 'upgrade a release',
    usage: ['helm upgrade [RELEASE] [CHART] [flags]'],
    long: `
This command upgrades a release to a new version of a chart.

The upgrade arguments must be a release and chart. The chart
argument can be either: a chart reference('example/mariadb'), a path to a chart directory,
a packaged chart, or a fully qualified URL. For chart references, the latest
version will be specified unless the '--version' flag is set.

To override values in a chart, use either the '--values' flag and pass in a file
or use the '--set' flag and pass configuration from the command line, to force string
values, use '--set-string'. You can use '--set-file' to set individual
values from a file when the value itself is too long for the command line
or is dynamically generated. You can also use '--set-json' to set json values
(scalars/objects/arrays) from the command line.

You can specify the '--values'/'-f' flag multiple times. The priority will be given to the
last (right-most) file specified. For example, if both myvalues.yaml and override.yaml
contained a key called 'Test', the value set in override.yaml would take precedence:

    $ helm upgrade -f myvalues.yaml -f override.yaml redis ./redis

You can specify the '--set' flag multiple times. The priority will be given to the
last (right-most) set specified. For example, if both 'bar' and 'newbar' values are
set for a key called 'foo', the 'newbar' value would take precedence:

    $ helm upgrade --set foo=bar --set foo=newbar redis ./redis

You can update the values for an existing release with this command as well via the
'--reuse-values' flag. The 'RELEASE' and 'CHART' arguments should be set to the original
parameters, and existing values will be merged with any values set via '--values'/'-f'
or '--set' flags. Priority is given to new values.

    $ helm upgrade --reuse-values --set foo=bar --set foo=newbar redis ./redis

The --dry-run flag will output all generated chart manifests, including Secrets
which can contain sensitive values. To hide Kubernetes Secrets use the
--hide-secret flag. Please carefully consider how and when these flags are used.`,
    flags:
      'atomic ca-file cert-file cleanup-on-fail create-namespace dependency-update description devel disable-openapi-validation dry-run enable-dns force hide-notes hide-secret history-max insecure-skip-tls-verify install key-file keyring labels no-hooks output pass-credentials password plain-http post-renderer post-renderer-args render-subchart-notes repo reset-then-reuse-values reset-values reuse-values set set-file set-json set-literal set-string skip-crds skip-schema-validation take-ownership timeout username values verify version wait wait-for-jobs',
    own: [
      [
        'atomic',
        '',
        'bool',
        'if set, upgrade process rolls back changes made in case of failed upgrade. The --wait flag will be set automatically if --atomic is used',
      ],
      [
        'cleanup-on-fail',
        '',
        'bool',
        'allow deletion of new resources created in this upgrade when upgrade fails',
      ],
      ['create-namespace', '', 'bool', 'if --install is set, create the release namespace if not present'],
      [
        'disable-openapi-validation',
        '',
        'bool',
        'if set, the upgrade process will not validate rendered templates against the Kubernetes OpenAPI Schema',
      ],
      [
        'hide-notes',
        '',
        'bool',
        'if set, do not show notes in upgrade output. Does not affect presence in chart metadata',
      ],
      [
        'labels',
        'l',
        'stringToString',
        'Labels that would be added to release metadata. Should be separated by comma. Original release labels will be merged with upgrade labels. You can unset label using null. (default [])',
      ],
      ['no-hooks', '', 'bool', 'disable pre/post upgrade hooks'],
      [
        'skip-crds',
        '',
        'bool',
        'if set, no CRDs will be installed when an upgrade is performed with install flag enabled. By default, CRDs are installed if not already present, when an upgrade is performed with install flag enabled',
      ],
      [
        'take-ownership',
        '',
        'bool',
        'if set, upgrade will ignore the check for helm annotations and take ownership of the existing resources',
      ],
    ],
  },
  {
    path: 'get all',
    short: 'download all information for a named release',
    usage: ['helm get all RELEASE_NAME [flags]'],
    long: `
This command prints a human readable collection of information about the
notes, hooks, supplied values, and generated manifest file of the given release.`,
    flags: 'revision template',
    own: [['template', '', 'string', 'go template for formatting the output, eg: {{.Release.Name}}']],
  },
  {
    path: 'get hooks',
    short: 'download all hooks for a named release',
    usage: ['helm get hooks RELEASE_NAME [flags]'],
    long: `
This command downloads hooks for a given release.

Hooks are formatted in YAML and separated by the YAML '---\\n' separator.`,
    flags: 'revision',
  },
  {
    path: 'get manifest',
    short: 'download the manifest for a named release',
    usage: ['helm get manifest RELEASE_NAME [flags]'],
    long: `
This command fetches the generated manifest for a given release.

A manifest is a YAML-encoded representation of the Kubernetes resources that
were generated from this release's chart(s). If a chart is dependent on other
charts, those resources will also be included in the manifest.`,
    flags: 'revision',
  },
  {
    path: 'get metadata',
    short: 'This command fetches metadata for a given release',
    usage: ['helm get metadata RELEASE_NAME [flags]'],
    long: `This command fetches metadata for a given release`,
    flags: 'output revision',
    own: [['revision', '', 'int', 'specify release revision']],
  },
  {
    path: 'get notes',
    short: 'download the notes for a named release',
    usage: ['helm get notes RELEASE_NAME [flags]'],
    long: `
This command shows notes provided by the chart of a named release.`,
    flags: 'revision',
  },
  {
    path: 'get values',
    short: 'download the values file for a named release',
    usage: ['helm get values RELEASE_NAME [flags]'],
    long: `
This command downloads a values file for a given release.`,
    flags: 'all output revision',
    own: [['all', 'a', 'bool', 'dump all (computed) values']],
  },
];
