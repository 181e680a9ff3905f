import { Router } from 'express';
import type { AttemptState } from '../protocol.ts';
import type { Site } from '../site.ts';

/** Characters of the notepad that are kept. */
const NOTES_LIMIT = 100_000;

/** What a page's script asks of an attempt as a whole. */
export function attemptRoutes(site: Site): Router {
  const router = Router();
  const { attempts, views } = site;

  router.get('/attempts/:id/state', (request, response) => {
    const attempt = site.attempt(request, response);
    const state: AttemptState = {
      secondsLeft: views.secondsLeft(attempt),
      over: attempts.isOver(attempt),
      graded: attempt.graded,
    };
    response.json(state);
  });

  router.patch('/attempts/:id', (request, response) => {
    const attempt = site.attempt(request, response);
    const { notes } = request.body as { notes?: unknown };
    if (typeof notes === 'string') attempt.notes = notes.slice(0, NOTES_LIMIT);
    attempts.save(attempt);
    response.json({});
  });

  router.post('/attempts/:id/submit', (request, response) => {
    const attempt = site.attempt(request, response);
    site.submit(attempt);
    response.redirect(303, `/attempts/${attempt.id}`);
  });

  return router;
}
