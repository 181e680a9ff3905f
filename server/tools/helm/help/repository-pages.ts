import type { CommandPage } from './page.ts';

/** What helm says of the commands that deal with repositories, registries and plugins. */
export const REPOSITORY_PAGES: readonly CommandPage[] = [
  {
    path: 'plugin',
    short: 'install, list, or uninstall Helm plugins',
    usage: ['helm plugin [command]'],
    long: `
Manage client-side Helm plugins.`,
  },
  {
    path: 'pull',
    short: 'download a chart from a repository and (optionally) unpack it in local directory',
    usage: ['helm pull [chart URL | repo/chartname] [...] [flags]'],
    aliases: ['fetch'],
    long: `
Retrieve a package from a package repository, and download it locally.

This is useful for fetching packages to inspect, modify, or repackage. It can
also be used to perform cryptographic verification of a chart without installing
the chart.

There are options for unpacking the chart after download. This will create a
directory for the chart and uncompress into that directory.

If the --verify flag is specified, the requested chart MUST have a provenance
file, and MUST pass the verification process. Failure in any part of this will
result in an error, and the chart will not be saved locally.`,
    flags:
      'ca-file cert-file destination devel insecure-skip-tls-verify key-file keyring pass-credentials password plain-http prov repo untar untardir username verify version',
    own: [
      [
        'destination',
        'd',
        'string',
        'location to write the chart. If this and untardir are specified, untardir is appended to this (default ".")',
      ],
      [
        'devel',
        '',
        'bool',
        "use development versions, too. Equivalent to version '>0.0.0-0'. If --version is set, this is ignored.",
      ],
    ],
  },
  {
    path: 'push',
    short: 'push a chart to remote',
    usage: ['helm push [chart] [remote] [flags]'],
    long: `
Upload a chart to a registry.

If the chart has an associated provenance file,
it will also be uploaded.`,
    flags: 'ca-file cert-file insecure-skip-tls-verify key-file password plain-http username',
    own: [
      ['cert-file', '', 'string', 'identify registry client using this SSL certificate file'],
      ['insecure-skip-tls-verify', '', 'bool', 'skip tls certificate checks for the chart upload'],
      ['key-file', '', 'string', 'identify registry client using this SSL key file'],
      ['plain-http', '', 'bool', 'use insecure HTTP connections for the chart upload'],
    ],
  },
  {
    path: 'registry',
    short: 'login to or logout from a registry',
    usage: ['helm registry [command]'],
    long: `
This command consists of multiple subcommands to interact with registries.`,
  },
  {
    path: 'repo',
    short: 'add, list, remove, update, and index chart repositories',
    usage: ['helm repo [command]'],
    long: `
This command consists of multiple subcommands to interact with chart repositories.

It can be used to add, remove, list, and index chart repositories.`,
  },
  {
    path: 'search',
    short: 'search for a keyword in charts',
    usage: ['helm search [command]'],
    long: `
Search provides the ability to search for Helm charts in the various places
they can be stored including the Artifact Hub and repositories you have added.
Use search subcommands to search different locations for charts.`,
  },
  {
    path: 'plugin install',
    short: 'install a Helm plugin',
    usage: ['helm plugin install [options] <path|url> [flags]'],
    aliases: ['add'],
    long: `
This command allows you to install a plugin from a url to a VCS repo or a local path.`,
    flags: 'version',
    own: [
      [
        'version',
        '',
        'string',
        'specify a version constraint. If this is not specified, the latest version is installed',
      ],
    ],
  },
  {
    path: 'plugin list',
    short: 'list installed Helm plugins',
    usage: ['helm plugin list [flags]'],
    aliases: ['ls'],
    long: `list installed Helm plugins`,
  },
  {
    path: 'plugin uninstall',
    short: 'uninstall one or more Helm plugins',
    usage: ['helm plugin uninstall <plugin>... [flags]'],
    aliases: ['rm', 'remove'],
    long: `uninstall one or more Helm plugins`,
  },
  {
    path: 'plugin update',
    short: 'update one or more Helm plugins',
    usage: ['helm plugin update <plugin>... [flags]'],
    aliases: ['up'],
    long: `update one or more Helm plugins`,
  },
  {
    path: 'registry login',
    short: 'login to a registry',
    usage: ['helm registry login [host] [flags]'],
    long: `
Authenticate to a remote registry.`,
    flags: 'ca-file cert-file insecure key-file password password-stdin plain-http username',
    own: [
      ['cert-file', '', 'string', 'identify registry client using this SSL certificate file'],
      ['key-file', '', 'string', 'identify registry client using this SSL key file'],
      ['password', 'p', 'string', 'registry password or identity token'],
      ['plain-http', '', 'bool', 'use insecure HTTP connections for the chart upload'],
      ['username', 'u', 'string', 'registry username'],
    ],
  },
  {
    path: 'registry logout',
    short: 'logout from a registry',
    usage: ['helm registry logout [host] [flags]'],
    long: `
Remove credentials stored for a remote registry.`,
  },
  {
    path: 'repo add',
    short: 'add a chart repository',
    usage: ['helm repo add [NAME] [URL] [flags]'],
    long: `add a chart repository`,
    flags:
      'allow-deprecated-repos ca-file cert-file force-update insecure-skip-tls-verify key-file no-update pass-credentials password password-stdin username',
    own: [
      ['insecure-skip-tls-verify', '', 'bool', 'skip tls certificate checks for the repository'],
      ['password', '', 'string', 'chart repository password'],
      ['password-stdin', '', 'bool', 'read chart repository password from stdin'],
      ['username', '', 'string', 'chart repository username'],
    ],
  },
  {
    path: 'repo index',
    short: 'generate an index file given a directory containing packaged charts',
    usage: ['helm repo index [DIR] [flags]'],
    long: `
Read the current directory, generate an index file based on the charts found
and write the result to 'index.yaml' in the current directory.

This tool is used for creating an 'index.yaml' file for a chart repository. To
set an absolute URL to the charts, use '--url' flag.

To merge the generated index with an existing index file, use the '--merge'
flag. In this case, the charts found in the current directory will be merged
into the index passed in with --merge, with local charts taking priority over
existing charts.`,
    flags: 'json merge url',
  },
  {
    path: 'repo list',
    short: 'list chart repositories',
    usage: ['helm repo list [flags]'],
    aliases: ['ls'],
    long: `list chart repositories`,
    flags: 'output',
  },
  {
    path: 'repo remove',
    short: 'remove one or more chart repositories',
    usage: ['helm repo remove [REPO1 [REPO2 ...]] [flags]'],
    aliases: ['rm'],
    long: `remove one or more chart repositories`,
  },
  {
    path: 'repo update',
    short: 'update information of available charts locally from chart repositories',
    usage: ['helm repo update [REPO1 [REPO2 ...]] [flags]'],
    aliases: ['up'],
    long: `
Update gets the latest information about charts from the respective chart repositories.
Information is cached locally, where it is used by commands like 'helm search'.

You can optionally specify a list of repositories you want to update.
	$ helm repo update <repo_name> ...
To update all the repositories, use 'helm repo update'.`,
    flags: 'fail-on-repo-update-fail',
  },
  {
    path: 'search hub',
    short: 'search for charts in the Artifact Hub or your own hub instance',
    usage: ['helm search hub [KEYWORD] [flags]'],
    long: `
Search for Helm charts in the Artifact Hub or your own hub instance.

Artifact Hub is a web-based application that enables finding, installing, and
publishing packages and configurations for CNCF projects, including publicly
available distributed charts Helm charts. It is a Cloud Native Computing
Foundation sandbox project. You can browse the hub at https://artifacthub.io/

The [KEYWORD] argument accepts either a keyword string, or quoted string of rich
query options. For rich query options documentation, see
https://artifacthub.github.io/hub/api/?urls.primaryName=Monocular%20compatible%20search%20API#/Monocular/get_api_chartsvc_v1_charts_search

Previous versions of Helm used an instance of Monocular as the default
'endpoint', so for backwards compatibility Artifact Hub is compatible with the
Monocular search API. Similarly, when setting the 'endpoint' flag, the specified
endpoint must also be implement a Monocular compatible search API endpoint.
Note that when specifying a Monocular instance as the 'endpoint', rich queries
are not supported. For API details, see https://github.com/helm/monocular`,
    flags: 'endpoint fail-on-no-result list-repo-url max-col-width output',
  },
  {
    path: 'search repo',
    short: 'search repositories for a keyword in charts',
    usage: ['helm search repo [keyword] [flags]'],
    long: `
Search reads through all of the repositories configured on the system, and
looks for matches. Search of these repositories uses the metadata stored on
the system.

It will display the latest stable versions of the charts found. If you
specify the --devel flag, the output will include pre-release versions.
If you want to search using a version constraint, use --version.

Examples:

    # Search for stable release versions matching the keyword "nginx"
    $ helm search repo nginx

    # Search for release versions matching the keyword "nginx", including pre-release versions
    $ helm search repo nginx --devel

    # Search for the latest stable release for nginx-ingress with a major version of 1
    $ helm search repo nginx-ingress --version ^1.0.0

Repositories are managed with 'helm repo' commands.`,
    flags: 'devel fail-on-no-result max-col-width output regexp version versions',
    own: [
      [
        'devel',
        '',
        'bool',
        "use development versions (alpha, beta, and release candidate releases), too. Equivalent to version '>0.0.0-0'. If --version is set, this is ignored",
      ],
      [
        'version',
        '',
        'string',
        'search using semantic versioning constraints on repositories you have added',
      ],
    ],
  },
];
