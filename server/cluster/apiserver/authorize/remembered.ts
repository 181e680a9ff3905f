import { equalValues } from '../../../objects/values.ts';
import { type RequestInfo, whatOf } from '../request-info.ts';
import type { User } from '../user.ts';

/** What of a request rules look at, but for the name. */
type Asked = Pick<
  RequestInfo,
  'verb' | 'isResource' | 'path' | 'group' | 'resource' | 'subresource' | 'namespace'
> &
  Partial<Pick<RequestInfo, 'what'>>;

interface Known<Own, T> {
  readonly groups: readonly string[];
  readonly own: Own;
  readonly answers: Map<string, T>;
}

/** Users that are remembered, and answers for each; far more than a cluster of ours asks for. */
const MOST = 2000;

/**
 * Answers that depend on who asks and for what kind of thing: programs ask the same again and again, each time about
 * another name. What rules there are for a user is found out first. A user is remembered as long as they are in the
 * same groups.
 */
export class Remembered<Own, T> {
  readonly #users = new Map<string, Known<Own, T>>();
  readonly #ownOf: (user: User) => Own;

  constructor(ownOf: (user: User) => Own) {
    this.#ownOf = ownOf;
  }

  get(user: User, asked: Asked, find: (own: Own) => T): T {
    const { own, answers } = this.#known(user);
    const what = asked.what ?? whatOf(asked);
    let answer = answers.get(what);
    if (answer === undefined) {
      answer = find(own);
      if (answers.size >= MOST) answers.clear();
      answers.set(what, answer);
    }
    return answer;
  }

  /** All the rules that there are for a user. */
  own(user: User): Own {
    return this.#known(user).own;
  }

  forget(): void {
    this.#users.clear();
  }

  #known(user: User): Known<Own, T> {
    const { name, groups } = user;
    const known = this.#users.get(name);
    if (known && equalValues(known.groups, groups)) return known;
    if (this.#users.size >= MOST) this.#users.clear();
    const fresh = { groups, own: this.#ownOf(user), answers: new Map<string, T>() };
    this.#users.set(name, fresh);
    return fresh;
  }
}
