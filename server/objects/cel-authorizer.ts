import type { Environment } from '@marcbachmann/cel-js';

/** What an expression asks about: a path, or a resource. */
export interface CelAccess {
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
  readonly path?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly verb?: string;
}

type Ask = (access: CelAccess) => { readonly allowed: boolean; readonly reason: string };

/** `authorizer` inside an expression, and what its methods give. Models apiserver/pkg/cel/library/authz.go */
class Check {
  readonly ask: Ask;
  readonly access: CelAccess;

  constructor(ask: Ask, access: CelAccess = {}) {
    this.ask = ask;
    this.access = access;
  }
}

export class CelAuthorizer extends Check {
  readonly requestResource: ResourceCheck;

  /** `requested`: what the request itself is about. */
  constructor(ask: Ask, requested: CelAccess = {}, access: CelAccess = {}) {
    super(ask, access);
    this.requestResource = new ResourceCheck(ask, requested);
  }
}
class PathCheck extends Check {}
class GroupCheck extends Check {}
class ResourceCheck extends Check {}

class Decision {
  readonly allowed: boolean;
  readonly reason: string;

  constructor({ allowed, reason }: ReturnType<Ask>) {
    this.allowed = allowed;
    this.reason = reason;
  }
}

export function addAuthorizer(environment: Environment): void {
  const check = ({ ask, access }: Check, verb: string) => new Decision(ask({ ...access, verb }));
  const narrowed = (field: 'subresource' | 'namespace' | 'name') => (of: ResourceCheck, value: string) =>
    new ResourceCheck(of.ask, { ...of.access, [field]: value });
  environment
    .registerType('ResourceCheck', { ctor: ResourceCheck })
    .registerType('Authorizer', { ctor: CelAuthorizer, fields: { requestResource: 'ResourceCheck' } })
    .registerType('PathCheck', { ctor: PathCheck })
    .registerType('GroupCheck', { ctor: GroupCheck })
    .registerType('Decision', { ctor: Decision })
    .registerFunction(
      'Authorizer.path(string): PathCheck',
      (of: CelAuthorizer, path: string) => new PathCheck(of.ask, { ...of.access, path }),
    )
    .registerFunction(
      'Authorizer.group(string): GroupCheck',
      (of: CelAuthorizer, group: string) => new GroupCheck(of.ask, { ...of.access, group }),
    )
    .registerFunction(
      'Authorizer.serviceAccount(string, string): Authorizer',
      (of: CelAuthorizer, namespace: string, name: string) =>
        new CelAuthorizer(of.ask, {}, { serviceAccount: { namespace, name } }),
    )
    .registerFunction(
      'GroupCheck.resource(string): ResourceCheck',
      (of: GroupCheck, resource: string) => new ResourceCheck(of.ask, { ...of.access, resource }),
    )
    .registerFunction('ResourceCheck.subresource(string): ResourceCheck', narrowed('subresource'))
    .registerFunction('ResourceCheck.namespace(string): ResourceCheck', narrowed('namespace'))
    .registerFunction('ResourceCheck.name(string): ResourceCheck', narrowed('name'))
    .registerFunction('PathCheck.check(string): Decision', check)
    .registerFunction('ResourceCheck.check(string): Decision', check)
    .registerFunction('Decision.allowed(): bool', ({ allowed }: Decision) => allowed)
    .registerFunction('Decision.reason(): string', ({ reason }: Decision) => reason)
    .registerFunction('Decision.errored(): bool', () => false)
    .registerFunction('Decision.error(): string', () => '');
}
