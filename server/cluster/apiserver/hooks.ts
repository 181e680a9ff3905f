import type { KubeObject } from '../../objects/object.ts';
import type { ResourceCall } from './call.ts';
import type { DeleteRequest } from './verbs/delete.ts';

/** What a kind's storage does that needs more than the object: allocated addresses, names that are taken. */
export interface StorageHook {
  /** Before validation; also of a dry run. */
  beforeCreate?(call: ResourceCall, object: KubeObject): void;
  beforeUpdate?(call: ResourceCall, object: KubeObject, old: KubeObject): void;
  /** Before an update of the status alone is validated. */
  beforeStatus?(call: ResourceCall, object: KubeObject, old: KubeObject): void;
  afterStore?(call: ResourceCall, object: KubeObject, old: KubeObject | undefined): void;
  /** Does the deletion itself when it returns something. */
  beforeDelete?(
    call: ResourceCall,
    old: KubeObject,
    request: DeleteRequest,
  ): { object: KubeObject; gone: boolean } | undefined;
  /** True while an object that is being deleted must stay though it has no finalizers. */
  holdsDeletion?(object: KubeObject): boolean;
  afterDelete?(call: ResourceCall, last: KubeObject): void;
}

/** The hooks by `resource.group` (`resource` in the core group). */
export class StorageHooks {
  readonly #hooks: Readonly<Record<string, StorageHook>>;

  readonly #custom: StorageHook;

  /** `custom`: of all custom resources. */
  constructor(hooks: Readonly<Record<string, StorageHook>>, custom: StorageHook) {
    this.#hooks = hooks;
    this.#custom = custom;
  }

  beforeCreate(call: ResourceCall, object: KubeObject): void {
    this.#of(call)?.beforeCreate?.(call, object);
  }

  beforeUpdate(call: ResourceCall, object: KubeObject, old: KubeObject): void {
    this.#of(call)?.beforeUpdate?.(call, object, old);
  }

  beforeStatus(call: ResourceCall, object: KubeObject, old: KubeObject): void {
    this.#of(call)?.beforeStatus?.(call, object, old);
  }

  afterStore(call: ResourceCall, object: KubeObject, old?: KubeObject): void {
    this.#of(call)?.afterStore?.(call, object, old);
  }

  beforeDelete(call: ResourceCall, old: KubeObject, request: DeleteRequest) {
    return this.#of(call)?.beforeDelete?.(call, old, request);
  }

  holdsDeletion(call: ResourceCall, object: KubeObject): boolean {
    return this.#of(call)?.holdsDeletion?.(object) ?? false;
  }

  afterDelete(call: ResourceCall, last: KubeObject): void {
    this.#of(call)?.afterDelete?.(call, last);
  }

  #of({ served }: ResourceCall): StorageHook | undefined {
    if (served.custom) return this.#custom;
    return this.#hooks[served.group === '' ? served.resource : `${served.resource}.${served.group}`];
  }
}
