import type { Dialect, Json, Operation } from './dialects.ts';
import { groupTag, title } from './operations.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

interface General {
  readonly path: string;
  readonly id: string;
  readonly says: string;
  readonly tag: string;
  /** The type of the answer; text without. */
  readonly gives?: string;
}

/** What is served beside resources, by the name of the document that describes it. */
const STANDING: Readonly<Record<string, General>> = {
  '.well-known/openid-configuration': {
    path: '/.well-known/openid-configuration/',
    id: 'getServiceAccountIssuerOpenIDConfiguration',
    says: 'get service account issuer OpenID configuration, also known as the OIDC discovery doc',
    tag: 'WellKnown',
  },
  api: {
    path: '/api/',
    id: 'getCoreAPIVersions',
    says: 'get available API versions',
    tag: 'core',
    gives: `${META}.APIVersions`,
  },
  apis: {
    path: '/apis/',
    id: 'getAPIVersions',
    says: 'get available API versions',
    tag: 'apis',
    gives: `${META}.APIGroupList`,
  },
  'openid/v1/jwks': {
    path: '/openid/v1/jwks/',
    id: 'getServiceAccountIssuerOpenIDKeyset',
    says: 'get service account issuer OpenID JSON Web Key Set (contains public token verification keys)',
    tag: 'openid',
  },
  version: {
    path: '/version/',
    id: 'getCodeVersion',
    says: 'get the version information for this server',
    tag: 'version',
    gives: 'io.k8s.apimachinery.pkg.version.Info',
  },
};

/** The document of a group: `apis/apps`. */
function groupOf(group: string, isCustom: boolean): General {
  const tag = groupTag(group, isCustom);
  return {
    path: `/apis/${group}/`,
    id: `get${title(tag)}APIGroup`,
    says: 'get information of a group',
    tag,
    gives: `${META}.APIGroup`,
  };
}

/** The list of resources of a group and version, which stands in their document. */
export function resourcesOf(root: string, group: string, version: string, isCustom: boolean): General {
  const tag = groupTag(group, isCustom);
  return {
    path: `${root}/`,
    id: `get${title(tag)}${title(version)}APIResources`,
    says: 'get available resources',
    tag: `${tag}_${version}`,
    gives: `${META}.APIResourceList`,
  };
}

/** Documents that describe no resources, by name. */
export function generalDocuments(groups: Iterable<readonly [group: string, isCustom: boolean]>) {
  const documents = new Map(Object.entries(STANDING));
  for (const [group, isCustom] of groups)
    if (group !== '') documents.set(`apis/${group}`, groupOf(group, isCustom));
  return documents;
}

export function generalPath({ path, id, says, tag, gives }: General, dialect: Dialect): Json {
  const operation: Operation = {
    id,
    description: says,
    tag,
    parameters: [],
    gives,
    produces: gives ? ['application/json', 'application/yaml'] : ['application/json'],
    codes: [200],
  };
  return { [path]: { get: dialect.operation(operation) } };
}
