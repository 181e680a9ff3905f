import type { Context, HttpRequest, HttpResponse } from '../../host/index.ts';
import { isApiError } from '../../objects/api-error.ts';
import type { KubeObject } from '../../objects/object.ts';
import type { Client } from './client.ts';
import { HttpClient, type ServerAccess } from './http-client.ts';
import { RequestClient } from './request-client.ts';
import { RESOURCES } from './resources.ts';

/** A token is renewed this long before it ends. */
const RENEW_BEFORE_MS = 10 * 60_000;
const LIFETIME_S = 3600;

export interface ServiceAccountClientOptions {
  context: Context;
  /** With the right to make accounts and tokens. */
  root: Client;
  access: ServerAccess;
  account: string;
}

/**
 * A client with the identity of a service account in kube-system, which is made when it is not there.
 * Models controller/clientbuilder DynamicControllerClientBuilder
 */
export class ServiceAccountClient extends RequestClient {
  protected readonly userAgent: string;
  readonly #options: ServiceAccountClientOptions;
  #client: HttpClient | undefined;
  #until = 0;

  constructor(options: ServiceAccountClientOptions) {
    super();
    this.#options = options;
    this.userAgent = `${options.access.userAgent}/system:serviceaccount:kube-system:${options.account}`;
  }

  request(request: HttpRequest): HttpResponse {
    const response = this.#current().request(request);
    if (response.status !== 401) return response;
    // The account was made anew, or the keys changed: once more with a fresh token.
    this.#client = undefined;
    return this.#current().request(request);
  }

  #current(): HttpClient {
    const { now } = this.#options.context;
    if (this.#client && now < this.#until) return this.#client;
    const token = this.#token();
    const { server, ca, insecure = false } = this.#options.access;
    this.#client = new HttpClient(this.#options.context, {
      server,
      ca,
      insecure,
      token: token.status.token,
      userAgent: this.userAgent,
    });
    this.#until = Date.parse(token.status.expirationTimestamp) - RENEW_BEFORE_MS;
    return this.#client;
  }

  /** Makes the account unless it is there, as a client does when it is built. Throws ApiError. */
  ensureAccount(): void {
    const { account, root } = this.#options;
    if (root.find(RESOURCES.serviceaccounts, account, 'kube-system')) return;
    const metadata = { name: account, namespace: 'kube-system' };
    try {
      root.create(
        RESOURCES.serviceaccounts,
        { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
        'kube-system',
      );
    } catch (error) {
      if (!isApiError(error, 'AlreadyExists')) throw error;
    }
  }

  #token(): KubeObject {
    const { account } = this.#options;
    try {
      return this.#request(account);
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error;
    }
    this.ensureAccount();
    return this.#request(account);
  }

  #request(account: string): KubeObject {
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: LIFETIME_S },
    };
    return this.#options.root.create(RESOURCES.serviceaccounts, body, 'kube-system', {
      name: account,
      path: 'token',
    });
  }
}
