import { expect, test } from 'vitest';
import { MemoryLog } from '../../store/memory-log.ts';
import { Authenticator } from './authenticator.ts';

test.each<[boolean | { paths: string[] }, string, string]>([
  [true, '/version', 'system:anonymous'],
  [false, '/version', 'Unauthorized'],
  [{ paths: ['/livez'] }, '/livez?verbose', 'system:anonymous'],
  [{ paths: ['/livez'] }, '/livez/ping', 'Unauthorized'],
])('anonymous requests %j: %s is of %s', (anonymous, path, who) => {
  const authenticator = new Authenticator({ anonymous, bootstrapTokens: false }, new MemoryLog());
  const answer = () => {
    try {
      return authenticator.authenticate({ method: 'GET', path, headers: {} }, 0).name;
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(answer()).toBe(who);
});
