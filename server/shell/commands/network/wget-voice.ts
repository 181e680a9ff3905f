import type { Context, HttpResponse } from '../../../host/index.ts';
import type { TlsTrouble } from './dial.ts';
import type { Place } from './web.ts';

/** Ends a download: wget's exit status, and what it says. */
export class WgetError extends Error {
  readonly code: number;
  readonly again: boolean;

  constructor(code: number, message: string, again = false) {
    super(message);
    this.code = code;
    this.again = again;
  }
}

/** How one of the two wgets tells what it does. Everything returned goes to standard error, newline included. */
export interface Voice {
  resolving(place: Place): string;
  resolved(place: Place, address: string): string;
  /** `isKnown`: a server has said that there is no such name. */
  unresolved(place: Place, isKnown: boolean): WgetError;
  connecting(place: Place, address: string): string;
  connected(): string;
  failed(
    place: Place,
    address: string,
    why: 'refused' | 'timeout' | 'unreachable' | 'no-route' | 'deadline',
  ): WgetError;
  /** `issuer`: who has signed the certificate. */
  tls(place: Place, trouble: TlsTrouble, issuer: string): WgetError;
  answered(status: string, response: HttpResponse, length: number | undefined): string;
  refused(context: Context, status: string): WgetError;
  redirect(target: string): string;
  saving(file: string): string;
  saved(context: Context, file: string, bytes: number): string;
  exists(): string;
  readonly timedOut: string;
}
