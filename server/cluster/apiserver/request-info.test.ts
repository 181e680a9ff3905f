import { expect, test } from 'vitest';
import { requestInfo } from './request-info.ts';

const CASES = [
  ['/api/v1/pods', 'list pods'],
  ['/api/v1/pods?watch=true', 'watch pods'],
  ['/api/v1/namespaces/a/pods/web', 'get pods web in a'],
  ['/api/v1/watch/pods', 'watch pods'],
  ['/api/v1/watch/namespaces/a/pods', 'watch pods in a'],
  ['/api/v1/watch/namespaces/a/pods/web', 'watch pods web in a: metadata.name=web'],
  ['/apis/apps/v1/watch/deployments', 'watch deployments'],
  ['/api/v1/watch/namespaces', 'watch namespaces'],
] as const;

test.each(CASES)('GET %s asks to %s', (path, asked) => {
  const { verb, resource, name, namespace, query } = requestInfo({ method: 'GET', path, headers: {} });
  const where = namespace && resource !== 'namespaces' ? ` in ${namespace}` : '';
  const selector = query.get('fieldSelector');
  const what = `${verb} ${resource}${name ? ` ${name}` : ''}${where}${selector ? `: ${selector}` : ''}`;
  expect(what).toBe(asked);
});
