import { describe, expect, test } from 'vitest';
import { startApiServer } from '../../cluster/apiserver/testing.ts';
import { Clock } from '../../sim/index.ts';
import { bench } from './testing.ts';

describe('--record keeps the command line as the cause of a change', () => {
  const clock = new Clock(Date.UTC(2026, 0, 1));
  const { server } = startApiServer({ clock });
  const admin = { name: 'kubernetes-admin', groups: ['system:masters'] };
  const { run } = bench({ clock, api: (request) => server.handle(request, admin) });
  const sh = (line: string, stdin = '') => run(line.split(' '), { stdin });
  const cause = (what: string) =>
    sh(`get ${what} -o jsonpath={.metadata.annotations.kubernetes\\.io/change-cause}`).stdout;
  const pod =
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"q"},"spec":{"containers":[{"name":"c","image":"i"}]}}';
  sh('create deployment web --image=nginx');

  test.each([
    ['set image deploy/web nginx=nginx:1.25 --record', 'deploy/web', 'deployment.apps/web image updated\n'],
    ['annotate deploy web --record=true a=b', 'deploy/web', 'deployment.apps/web annotated\n'],
    ['label deploy web -n default c=d --record', 'deploy/web', 'deployment.apps/web labeled\n'],
    ['scale deploy web --replicas=2 --record', 'deploy/web', 'deployment.apps/web scaled\n'],
    ['expose deploy web --port 80 --record', 'svc/web', 'service/web exposed\n'],
    ['run p --image=nginx --record', 'pod/p', 'pod/p created\n'],
    ['apply -f - --record', 'pod/q', 'pod/q created\n'],
  ])('%s', (line, what, stdout) => {
    expect(sh(line, pod)).toEqual({
      stdout,
      stderr: 'Flag --record has been deprecated, --record will be removed in the future\n',
      exit: 0,
    });
    const words = line.split(' ');
    expect(cause(what)).toContain(`kubectl ${words[0]} `);
    expect(cause(what)).toContain('--record=true');
  });

  test('arguments come first, flags by their long names after them', () => {
    sh('label deploy web -n default e=f --record');
    expect(cause('deploy/web')).toBe('kubectl label deploy web e=f --namespace=default --record=true');
  });

  test('commands that create by a generator do not know it', () => {
    expect(sh('create deployment x --image=y --record').stderr).toContain('unknown flag: --record');
  });
});
