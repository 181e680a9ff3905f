import { type Context, type HttpRequest, isSystemError } from '../../host/index.ts';
import { commonNameOf, organizationsOf, parseCertificate, verifyChain } from '../../host/pki/index.ts';
import { ApiError } from '../../objects/api-error.ts';
import type { Client } from './client.ts';
import { RESOURCES } from './resources.ts';

/** Who asks a component, and whether they may, as the API server knows it. */
export interface Authority {
  readonly context: Context;
  /** Undefined: the component stands alone and knows no tokens. */
  readonly client: Client | undefined;
  /** What the API has answered before. */
  readonly answers: Answers;
}

export interface UserInfo {
  readonly username: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
}

export const ANONYMOUS: UserInfo = { username: 'system:anonymous', groups: ['system:unauthenticated'] };

/** Whom the authorities vouch for that `roots` reads. */
export function userOfCertificate(
  { peer }: HttpRequest,
  now: number,
  roots: () => string | undefined,
): UserInfo | undefined {
  const certificates = peer?.certificates.join('\n') ?? '';
  const trusted = certificates === '' ? undefined : roots();
  if (!trusted) return undefined;
  if (verifyChain({ certificates, roots: trusted, now, usage: 'client auth' }) !== undefined)
    return undefined;
  const { subject } = parseCertificate(certificates);
  return { username: commonNameOf(subject), groups: organizationsOf(subject) };
}

export function bearerToken({ headers }: HttpRequest): string | undefined {
  return /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1];
}

/** Answers of the API that hold for a while. Models the caches of apiserver/plugin/pkg/authenticator/token/webhook and authorizer/webhook. */
export class Answers {
  readonly #known = new Map<string, { readonly value: unknown; readonly until: number }>();

  /** The answer to a question; `lastsMs` says how long it holds. */
  get<T>(question: string, now: number, ask: () => T, lastsMs: (value: T) => number): T {
    const known = this.#known.get(question);
    if (known && now < known.until) return known.value as T;
    const value = ask();
    if (this.#known.size >= ANSWERS_LIMIT) this.#known.clear();
    this.#known.set(question, { value, until: now + lastsMs(value) });
    return value;
  }
}

const ANSWERS_LIMIT = 1000;

/** How long answers hold. */
export interface Lifetimes {
  readonly tokenMs: number;
  readonly allowedMs: number;
  readonly deniedMs: number;
}

export function userOfToken(
  token: string,
  { client, context, answers }: Authority,
  { tokenMs }: Lifetimes,
): UserInfo | undefined {
  return answers.get(
    `token ${token}`,
    context.now,
    () => {
      const review = ask(() => client?.create<any>(RESOURCES.tokenreviews, { spec: { token } }));
      return (review?.status?.authenticated ? review.status.user : undefined) as UserInfo | undefined;
    },
    (user) => (user ? tokenMs : 0),
  );
}

/** Asks about `resourceAttributes` or `nonResourceAttributes`. */
export function isAllowed(
  { username, groups = [] }: UserInfo,
  attributes: object,
  { client, context, answers }: Authority,
  { allowedMs, deniedMs }: Lifetimes,
): boolean {
  const spec = { user: username, groups, ...attributes };
  const review = () => ask(() => client?.create<any>(RESOURCES.subjectaccessreviews, { spec }));
  return answers.get(
    JSON.stringify(spec),
    context.now,
    () => review()?.status?.allowed === true,
    (allowed) => (allowed ? allowedMs : deniedMs),
  );
}

/** An API server that cannot be asked vouches for nobody. */
function ask<T>(question: () => T): T | undefined {
  try {
    return question();
  } catch (error) {
    if (error instanceof ApiError || isSystemError(error)) return undefined;
    throw error;
  }
}
