import type { KubeObject } from '../server/objects/object.ts';

/** An object as checks and candidates name it: `deployment/web -n shop`. */
export interface ObjectReference {
  /** As given: plural, singular, short name or kind, with `.group` where needed. */
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
}

/** Objects as checks name them: `pods -n shop -l app=web`. */
export interface ObjectSelection {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly selector: string | undefined;
}

/** Nothing can be said: the API server is down, the host does not exist, the kind is unknown. */
export class EvidenceError extends Error {
  override name = 'EvidenceError';
}

export interface FileEvidence {
  readonly type: 'file' | 'directory' | 'other';
  readonly text: string;
  /** Permission bits. */
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
}

export interface UnitEvidence {
  /** As `systemctl is-active` says: `active`, `inactive`, `failed`, … */
  readonly active: string;
  /** As `systemctl is-enabled` says. */
  readonly enabled: string;
}

export interface CommandEvidence {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** Who speaks, and what to: `pod/client -n shop` to `service/web -n shop` on port 80. */
export interface Connection {
  readonly from: { readonly host: string } | ObjectReference;
  readonly to: ObjectReference | { readonly address: string };
  readonly port: number | string;
}

export interface AccessQuestion {
  /** A user name, or `system:serviceaccount:<namespace>:<name>`. */
  readonly user: string;
  readonly groups: readonly string[];
  readonly verb: string;
  readonly resource: string;
  readonly group: string;
  readonly subresource: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/**
 * What a check may ask: a read-only view of a fork of the candidate's world that has come to rest. Everything throws
 * `EvidenceError` where there is nothing to look at.
 */
export interface Evidence {
  /** The object, or undefined. */
  object(reference: ObjectReference): KubeObject | undefined;
  objects(selection: ObjectSelection): KubeObject[];
  /** As the object was when the task began. */
  before(reference: ObjectReference): KubeObject | undefined;
  file(host: string, path: string): FileEvidence | undefined;
  fileBefore(host: string, path: string): FileEvidence | undefined;
  unit(host: string, name: string): UnitEvidence;
  /** Undefined when the connection works, else why not. */
  blocked(connection: Connection): string | undefined;
  allowed(question: AccessQuestion): boolean;
  /** Runs on a fork of its own, so that nothing it does is seen by other checks. */
  command(host: string, script: string): Promise<CommandEvidence>;
}
