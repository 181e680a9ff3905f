import type { FieldErrors } from '../../objects/field-error.ts';
import type { KubeObject } from '../../objects/object.ts';

export type Verb = 'create' | 'get' | 'list' | 'watch' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** A column of `kubectl get`. Priority 0 is always shown, 1 with `-o wide`. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
}

/** What a row may need beside the object. */
export interface RowContext {
  /** Virtual ms since the epoch, for ages. */
  readonly now: number;
}

export type Cell = string | number | boolean | null;

/** What defaults may need beside the object. */
export interface DefaultContext {
  readonly now: number;
}

/**
 * An API type and all we know of it that the published schema does not say. Field types, required fields, enums and
 * list-map keys come from the schema (`schema`); everything else of a kind has its one home here.
 */
export interface Kind<T extends KubeObject = KubeObject> {
  /** '' is the core group. */
  readonly group: string;
  /** The version that is stored and preferred. */
  readonly version: string;
  /** Other versions that are served; `convert` translates. */
  readonly otherVersions?: readonly OtherVersion[];
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  /** Default: all. */
  readonly verbs?: readonly Verb[];
  /** False for reviews and the like: they are answered, never stored. */
  readonly stored?: false;
  /** Name of the type in the published schema: `io.k8s.api.apps.v1.Deployment`. */
  readonly schema: string;
  /** Path below `/registry/`, where it is not the plural name: `minions`, `services/specs`. */
  readonly storagePrefix?: string;
  /** Updates of the main resource leave `status` alone, and those of `/status` everything else. */
  readonly hasStatus?: boolean;
  /** `metadata.generation` starts at 1 and counts changes of everything but metadata and status. */
  readonly hasGeneration?: boolean;
  readonly scale?: ScalePaths;
  /** Default grace period of a deletion in seconds; undefined: deleted at once. */
  gracePeriodSeconds?(object: T, requested: number | undefined): number | undefined;
  /** Fills in what the user left out. Works on a private copy, in place, on create and update. */
  setDefaults?(object: T, context: DefaultContext): void;
  /** Clears and sets what only the server may (status on create, allocated values kept on update). In place. */
  prepareForCreate?(object: T): void;
  prepareForUpdate?(object: T, old: T): void;
  /** How names are checked. Default: DNS subdomain. */
  readonly nameRule?: 'subdomain' | 'label' | 'label1035' | 'path-segment';
  validate?(object: T, errors: FieldErrors, old?: T): void;
  /** Beyond `validate`, of a new object. */
  validateCreate?(object: T, errors: FieldErrors): void;
  /** Beyond `validate` of the new object: immutable fields, forbidden transitions. */
  validateUpdate?(object: T, old: T, errors: FieldErrors): void;
  /** Of updates through a subresource such as `status`: what must hold then. */
  validateSubresource?(object: T, old: T, errors: FieldErrors, subresource: string): void;
  /** On update the errors of `validateUpdate` come before those of `validate`. */
  readonly updateErrorsFirst?: boolean;
  /** Field selectors beside metadata.name and metadata.namespace: label to value. */
  readonly fieldSelectors?: Readonly<Record<string, (object: T) => string>>;
  /** Default: NAME and AGE. */
  readonly columns?: readonly Column[];
  row?(object: T, context: RowContext): Cell[];
  /** Warnings for the client (`Warning:` headers) on create and update. */
  warnings?(object: T, old?: T): string[];
}

/** Another version of a stored kind, or the same objects seen through another group. */
export interface OtherVersion {
  /** Default: the kind's own. */
  readonly group?: string;
  readonly version: string;
  readonly schema: string;
  /** The stored form from this version's, and back. */
  toStorage(object: KubeObject): KubeObject;
  fromStorage(object: KubeObject): KubeObject;
}

/** Where the scale subresource finds its numbers; JSON paths such as `.spec.replicas`. */
export interface ScalePaths {
  readonly specReplicas: string;
  readonly statusReplicas: string;
  readonly labelSelector?: string;
}
