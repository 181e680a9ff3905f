import type { HttpRequest } from '../../host/index.ts';
import type { ApiServer } from './api-server.ts';
import type { RequestInfo } from './request-info.ts';
import type { Served } from './served.ts';
import type { User } from './user.ts';

/** One request on its way through the server. */
export interface Call {
  readonly server: ApiServer;
  readonly request: HttpRequest;
  readonly info: RequestInfo;
  readonly user: User;
  /** Virtual ms since the epoch, the same throughout the call. */
  readonly now: number;
  /** Texts of `Warning` headers. */
  readonly warnings: string[];
  /** What the audit log says of the call. */
  readonly annotations: Record<string, string>;
}

/** A call for a resource that is served. */
export interface ResourceCall extends Call {
  readonly served: Served;
}

export function annotate(call: Call, key: string, value: string): void {
  call.annotations[key] = value;
}

export function warn(call: Call, text: string): void {
  if (!call.warnings.includes(text)) call.warnings.push(text);
}
