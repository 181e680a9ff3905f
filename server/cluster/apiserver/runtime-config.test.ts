import { expect, test } from 'vitest';
import { parseRuntimeConfig } from './runtime-config.ts';
import { startApiServer } from './testing.ts';

test.each([
  ['api/all=false', 'invalid key with only api/all=false'],
  ['batch=false', 'runtime-config invalid key batch'],
  ['batches/v1=false', 'unknown api groups batches'],
  ['batch/v3=true', 'group version batch/v3 that has not been registered'],
  [
    'batch/v1=maybe',
    'invalid value of batch/v1: maybe, err: strconv.ParseBool: parsing "maybe": invalid syntax',
  ],
  ['resource.k8s.io/v1beta1=true', '--runtime-config=resource.k8s.io/v1beta1 is not simulated'],
])('%s is refused', (flag, message) => expect(() => parseRuntimeConfig([flag])).toThrow(message));

test.each([
  ['api/all=true', 'batch v1 jobs', true],
  ['batch/v1=false', 'batch v1 jobs', false],
  ['batch/v1/cronjobs=false', 'batch v1 jobs', true],
  ['batch/v1/cronjobs=false', 'batch v1 cronjobs', false],
  ['api/all=false,batch/v1=true', 'apps v1 deployments', false],
  ['api/all=false,batch/v1=true', 'batch v1 jobs', true],
  ['batch/v1beta1', 'batch v1 jobs', true],
  ['batch/v1', 'networking.k8s.io v1beta1 ipaddresses', false],
  ['api/beta=true', 'networking.k8s.io v1beta1 ipaddresses', true],
  ['authentication.k8s.io/v1alpha1', 'authentication.k8s.io v1alpha1 selfsubjectreviews', true],
] as const)('%s: %s %s', (flag, what, on) => {
  const [group, version, resource] = what.split(' ') as [string, string, string];
  expect(parseRuntimeConfig(flag.split(',')).isOn(group, version, resource)).toBe(on);
});

test('what is switched off is not found, and nothing tells of it', () => {
  const runtimeConfig = parseRuntimeConfig(['autoscaling/v1=false', 'batch/v1=false']);
  const { server } = startApiServer({ server: { runtimeConfig } });
  const get = (path: string) => server.handle({ method: 'GET', path, headers: {} }, ADMIN);
  expect(get('/apis/batch/v1/jobs').status).toBe(404);
  expect(get('/apis/batch').status).toBe(404);
  const groups: any = get('/apis').value;
  const versions = Object.fromEntries(
    groups.groups.map((one: any) => [one.name, one.versions.map(({ version }: any) => version)]),
  );
  expect(versions['batch']).toBeUndefined();
  expect(versions['autoscaling']).toEqual(['v2']);
  const services: any = get('/apis/apiregistration.k8s.io/v1/apiservices').value;
  expect(services.items.map((one: any) => one.metadata.name)).not.toContain('v1.batch');
});

test('what is off by default is served on demand, as the same objects under another name', () => {
  const runtimeConfig = parseRuntimeConfig(['networking.k8s.io/v1beta1=true']);
  const { server } = startApiServer({ server: { runtimeConfig } });
  const path = '/apis/networking.k8s.io/v1beta1/servicecidrs/kubernetes';
  const found: any = server.handle({ method: 'GET', path, headers: {} }, ADMIN).value;
  expect([found.apiVersion, found.kind]).toEqual(['networking.k8s.io/v1beta1', 'ServiceCIDR']);
});

const ADMIN = { name: 'admin', groups: ['system:masters'] };
