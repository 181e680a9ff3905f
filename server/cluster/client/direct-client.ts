import type { HttpRequest, HttpResponse } from '../../host/index.ts';
import { RequestClient } from './request-client.ts';

/** A client that calls a request handler itself, with no network between: for tests and tools inside the process. */
export class DirectClient extends RequestClient {
  protected readonly userAgent: string;
  readonly #handle: (request: HttpRequest) => HttpResponse;

  constructor(handle: (request: HttpRequest) => HttpResponse, userAgent = 'examlet/v1.33.1') {
    super();
    this.#handle = handle;
    this.userAgent = userAgent;
  }

  request(request: HttpRequest): HttpResponse {
    return this.#handle(request);
  }
}
