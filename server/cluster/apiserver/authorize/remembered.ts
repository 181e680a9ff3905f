import { equalValues } from '../../../objects/values.ts';
import type { RequestInfo } from '../request-info.ts';
import type { User } from '../user.ts';

/** What of a request rules look at, but for the name. */
type Asked = Pick<
  RequestInfo,
  'verb' | 'isResource' | 'path' | 'group' | 'resource' | 'subresource' | 'namespace'
>;

interface Known<T> {
  readonly groups: readonly string[];
  readonly answers: Map<string, T>;
}

/** Users that are remembered, and answers for each; far more than a cluster of ours asks for. */
const MOST = 2000;

/**
 * Answers that depend on who asks and for what kind of thing: programs ask the same again and again, each time about
 * another name. A user is remembered as long as they are in the same groups.
 */
export class Remembered<T> {
  readonly #users = new Map<string, Known<T>>();

  get(user: User, asked: Asked, find: () => T): T {
    const answers = this.#answersFor(user);
    const what = asked.isResource
      ? `${asked.verb} ${asked.group}/${asked.resource}/${asked.subresource} ${asked.namespace}`
      : `${asked.verb} ${asked.path}`;
    let answer = answers.get(what);
    if (answer === undefined) {
      answer = find();
      if (answers.size >= MOST) answers.clear();
      answers.set(what, answer);
    }
    return answer;
  }

  forget(): void {
    this.#users.clear();
  }

  #answersFor({ name, groups }: User): Map<string, T> {
    const known = this.#users.get(name);
    if (known && equalValues(known.groups, groups)) return known.answers;
    if (this.#users.size >= MOST) this.#users.clear();
    const answers = new Map<string, T>();
    this.#users.set(name, { groups, answers });
    return answers;
  }
}
