import { Router } from 'express';
import { NotFound, type Site } from '../site.ts';

/** What a page's script asks of one task. */
export function taskRoutes(site: Site): Router {
  const router = Router();
  const { attempts, relays, views, worlds } = site;

  router.patch('/attempts/:id/tasks/:task', (request, response) => {
    const { attempt, task } = site.task(request, response);
    const { flagged } = request.body as { flagged?: unknown };
    if (typeof flagged === 'boolean') task.flagged = flagged;
    attempts.save(attempt);
    response.json({});
  });

  router.post('/attempts/:id/tasks/:task/check', async (request, response) => {
    const { attempt, task } = site.task(request, response);
    const report = await attempts.check(attempt, task);
    response.json(views.report(task, report, site.language(request, response)));
  });

  router.post('/attempts/:id/tasks/:task/reset', async (request, response) => {
    const { attempt, task } = site.task(request, response);
    await attempts.reset(attempt, task);
    relays.forget(task.world);
    response.json({});
  });

  router.post('/attempts/:id/tasks/:task/hint', (request, response) => {
    const { attempt, task } = site.task(request, response);
    if (attempt.kind === 'exam') throw new NotFound();
    const hints = views.hints(task, site.language(request, response));
    task.hints = Math.min(hints.length, task.hints + 1);
    attempts.save(attempt);
    response.json({ hints: hints.slice(0, task.hints), more: task.hints < hints.length });
  });

  router.post('/attempts/:id/tasks/:task/solution', (request, response) => {
    const { attempt, task } = site.task(request, response);
    if (attempt.kind === 'exam' && !attempt.graded) throw new NotFound();
    task.solutionShown = true;
    attempts.save(attempt);
    response.json(views.solution(task));
  });

  router.post('/attempts/:id/tasks/:task/terminals/:terminal/close', (request, response) => {
    const { task } = site.task(request, response);
    relays.close({ world: task.world, terminal: String(request.params['terminal']) });
    response.json({});
  });

  router.get('/attempts/:id/tasks/:task/kubeconfig', async (request, response) => {
    const { attempt, task } = site.task(request, response);
    if (attempt.kind === 'exam') throw new NotFound();
    await attempts.open(attempt, task);
    const kubeconfig = await worlds.kubeconfig(task.world);
    response.attachment(`${task.lab}.kubeconfig`).type('application/yaml').send(kubeconfig);
  });

  return router;
}
