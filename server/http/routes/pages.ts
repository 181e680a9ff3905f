import { type Request, type Response, Router } from 'express';
import type { Attempt, AttemptTask } from '../../exam/attempt.ts';
import { identify } from '../session.ts';
import type { Site } from '../site.ts';

/** The pages: what there is, an attempt, its result. */
export function pages(site: Site): Router {
  const router = Router();
  const { attempts, views } = site;

  router.get('/', (request, response) => {
    const view = views.start(identify(request, response), site.language(request, response));
    site.show(request, response, 'start', { view });
  });

  router.post('/labs/:lab/attempts', (request, response) => {
    const attempt = attempts.startLab(identify(request, response), String(request.params['lab']));
    response.redirect(303, `/attempts/${attempt.id}`);
  });

  router.post('/exams/:exam/attempts', (request, response) => {
    const attempt = attempts.startExam(identify(request, response), String(request.params['exam']));
    response.redirect(303, `/attempts/${attempt.id}`);
  });

  router.get('/attempts/:id', async (request, response) => {
    const attempt = site.attempt(request, response);
    if (attempts.isOver(attempt)) showResult(site, attempt, request, response);
    else await showDesk(site, attempt, request, response);
  });

  return router;
}

function showResult(site: Site, attempt: Attempt, request: Request, response: Response): void {
  if (attempt.graded) {
    const view = site.views.result(attempt, site.language(request, response));
    site.show(request, response, 'result', { view });
  } else {
    site.submit(attempt);
    site.show(request, response, 'judging', { id: attempt.id });
  }
}

/** Task and terminal, of a lab or of an exam. */
async function showDesk(site: Site, attempt: Attempt, request: Request, response: Response): Promise<void> {
  const { attempts, views } = site;
  const language = site.language(request, response);
  const current = turnTo(attempt, request.query['task']);
  attempts.save(attempt);
  const { hosts, host } = await attempts.open(attempt, current);
  const isLab = attempt.kind === 'lab';
  const data = {
    id: attempt.id,
    title: views.titleOf(attempt, language),
    task: views.task(attempt, attempt.current, language),
    tasks: attempt.tasks.map((_task, i) => views.task(attempt, i, language)),
    notes: attempt.notes,
    report: isLab && current.report ? views.report(current, current.report, language) : null,
    hints: isLab ? views.hints(current, language).length : 0,
  };
  site.show(request, response, isLab ? 'practice' : 'exam', data, {
    attempt: {
      id: attempt.id,
      kind: attempt.kind,
      secondsLeft: views.secondsLeft(attempt),
      current: attempt.current,
      tasks: attempt.tasks.map((task) => ({ flagged: task.flagged, hints: task.hints })),
      hosts,
      host,
    },
  });
}

/** Makes the wanted task the current one, if there is such a one. */
function turnTo(attempt: Attempt, wanted: unknown): AttemptTask {
  const index = typeof wanted === 'string' && /^\d+$/.test(wanted) ? Number(wanted) : attempt.current;
  if (index < attempt.tasks.length) attempt.current = index;
  const current = attempt.tasks[attempt.current] as AttemptTask;
  current.seen = true;
  return current;
}
