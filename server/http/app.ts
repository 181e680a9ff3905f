import { join } from 'node:path';
import ejs from 'ejs';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Attempt, AttemptTask } from '../exam/attempt.ts';
import { AttemptError, type Attempts } from '../exam/attempts.ts';
import { type Catalog, UnknownLabError } from '../exam/catalog.ts';
import type { Worlds } from '../exam/worlds/worlds.ts';
import type { AttemptState, PageData } from './protocol.ts';
import type { Relays } from './relay.ts';
import { cookie, identify } from './session.ts';
import { LANGUAGES, type Language, languageOf, textsIn, translator } from './texts.ts';
import { Views } from './views.ts';

export interface AppOptions {
  catalog: Catalog;
  attempts: Attempts;
  worlds: Worlds;
  relays: Relays;
  /** Holds `web/` and `dist/web/`. */
  root: string;
  nowMs: () => number;
}

/** Thrown where there is nothing to show, or not to this browser. */
class NotFound extends Error {}

const NOTES_LIMIT = 100_000;

/** The pages and what their scripts ask. */
export function createApp(options: AppOptions): Express {
  const app = express();
  const { attempts, catalog, relays } = options;
  const views = new Views(catalog, attempts, options.nowMs);
  app.disable('x-powered-by');
  app.engine('ejs', (path, data, done) => {
    ejs.renderFile(path, data as ejs.Data, { rmWhitespace: true }).then(
      (html) => done(null, html),
      (error: unknown) => done(error),
    );
  });
  app.set('views', join(options.root, 'web', 'pages'));
  app.use(secureHeaders);
  app.use('/assets', express.static(join(options.root, 'dist', 'web'), { maxAge: '1h' }));
  app.use(express.json({ limit: '200kb' }), express.urlencoded({ extended: false, limit: '10kb' }), sameSite);

  const show = (
    request: Request,
    response: Response,
    page: string,
    data: object,
    extra: Partial<PageData> = {},
  ) => {
    const language = languageFor(request, response);
    const pageData: PageData = { language, texts: textsIn(language), ...extra };
    response.render(`${page}/page.ejs`, {
      t: translator(language),
      language,
      languages: LANGUAGES,
      path: request.originalUrl.replace(/[?&]lang=\w+/, ''),
      page,
      pageData: JSON.stringify(pageData).replaceAll('<', '\\u003c'),
      ...data,
    });
  };

  const own = (request: Request, response: Response): Attempt => {
    const attempt = attempts.find(String(request.params['id']));
    if (!attempt || attempt.owner !== identify(request, response) || !views.exists(attempt))
      throw new NotFound();
    return attempt;
  };
  const taskOf = (request: Request, attempt: Attempt): AttemptTask => {
    const task = attempt.tasks[Number(request.params['task'])];
    if (!task) throw new NotFound();
    return task;
  };

  app.get('/', (request, response) => {
    const language = languageFor(request, response);
    show(request, response, 'start', { view: views.start(identify(request, response), language) });
  });

  app.post('/labs/:lab/attempts', (request, response) => {
    const attempt = attempts.startLab(identify(request, response), String(request.params['lab']));
    response.redirect(303, `/attempts/${attempt.id}`);
  });

  app.post('/exams/:exam/attempts', (request, response) => {
    const attempt = attempts.startExam(identify(request, response), String(request.params['exam']));
    response.redirect(303, `/attempts/${attempt.id}`);
  });

  app.get('/attempts/:id', async (request, response) => {
    const attempt = own(request, response);
    const language = languageFor(request, response);
    if (attempts.isOver(attempt)) {
      if (!attempt.graded) {
        attempts.submit(attempt).catch((error: unknown) => console.error('examlet:', error));
        return show(request, response, 'judging', { id: attempt.id });
      }
      return show(request, response, 'result', { view: views.result(attempt, language) });
    }
    const wanted = Number(request.query['task'] ?? Number.NaN);
    if (Number.isInteger(wanted) && wanted >= 0 && wanted < attempt.tasks.length) attempt.current = wanted;
    const current = attempt.tasks[attempt.current] as AttemptTask;
    current.seen = true;
    attempts.save(attempt);
    const { hosts, host } = await attempts.open(attempt, current);
    const data = {
      title: views.titleOf(attempt, language),
      task: views.task(attempt, attempt.current, language),
      tasks: attempt.tasks.map((_task, i) => views.task(attempt, i, language)),
      notes: attempt.notes,
      report:
        attempt.kind === 'lab' && current.report ? views.report(current, current.report, language) : null,
      hints: attempt.kind === 'lab' ? views.hints(current, language).length : 0,
      id: attempt.id,
    };
    show(request, response, attempt.kind === 'exam' ? 'exam' : 'practice', data, {
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
  });

  app.get('/attempts/:id/state', (request, response) => {
    const attempt = own(request, response);
    const state: AttemptState = {
      secondsLeft: views.secondsLeft(attempt),
      over: attempts.isOver(attempt),
      graded: attempt.graded,
    };
    response.json(state);
  });

  app.patch('/attempts/:id', (request, response) => {
    const attempt = own(request, response);
    const { notes } = request.body as { notes?: unknown };
    if (typeof notes === 'string') attempt.notes = notes.slice(0, NOTES_LIMIT);
    attempts.save(attempt);
    response.json({});
  });

  app.post('/attempts/:id/submit', (request, response) => {
    const attempt = own(request, response);
    attempts.submit(attempt).catch((error: unknown) => console.error('examlet:', error));
    response.redirect(303, `/attempts/${attempt.id}`);
  });

  app.patch('/attempts/:id/tasks/:task', (request, response) => {
    const attempt = own(request, response);
    const { flagged } = request.body as { flagged?: unknown };
    if (typeof flagged === 'boolean') taskOf(request, attempt).flagged = flagged;
    attempts.save(attempt);
    response.json({});
  });

  app.post('/attempts/:id/tasks/:task/check', async (request, response) => {
    const attempt = own(request, response);
    const task = taskOf(request, attempt);
    const report = await attempts.check(attempt, task);
    response.json(views.report(task, report, languageFor(request, response)));
  });

  app.post('/attempts/:id/tasks/:task/reset', async (request, response) => {
    const attempt = own(request, response);
    const task = taskOf(request, attempt);
    await attempts.reset(attempt, task);
    relays.forget(task.world);
    response.json({});
  });

  app.post('/attempts/:id/tasks/:task/hint', (request, response) => {
    const attempt = own(request, response);
    if (attempt.kind === 'exam') throw new NotFound();
    const task = taskOf(request, attempt);
    const hints = views.hints(task, languageFor(request, response));
    task.hints = Math.min(hints.length, task.hints + 1);
    attempts.save(attempt);
    response.json({ hints: hints.slice(0, task.hints), more: task.hints < hints.length });
  });

  app.post('/attempts/:id/tasks/:task/solution', (request, response) => {
    const attempt = own(request, response);
    if (attempt.kind === 'exam' && !attempt.graded) throw new NotFound();
    const task = taskOf(request, attempt);
    task.solutionShown = true;
    attempts.save(attempt);
    response.json(views.solution(task));
  });

  app.post('/attempts/:id/tasks/:task/terminals/:terminal/close', (request, response) => {
    const attempt = own(request, response);
    relays.close({ world: taskOf(request, attempt).world, terminal: String(request.params['terminal']) });
    response.json({});
  });

  app.get('/attempts/:id/tasks/:task/kubeconfig', async (request, response) => {
    const attempt = own(request, response);
    if (attempt.kind === 'exam') throw new NotFound();
    const task = taskOf(request, attempt);
    await attempts.open(attempt, task);
    response
      .attachment(`${task.lab}.kubeconfig`)
      .type('application/yaml')
      .send(await options.worlds.kubeconfig(task.world));
  });

  app.use(() => {
    throw new NotFound();
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const missing = error instanceof NotFound || error instanceof UnknownLabError;
    const status = missing ? 404 : error instanceof AttemptError ? 409 : statusOf(error);
    if (status >= 500) console.error('examlet:', error);
    response.status(status);
    const wantsPage = request.method === 'GET' && request.accepts(['html', 'json']) === 'html';
    if (wantsPage) show(request, response, 'error', { missing });
    else response.json({ message: error instanceof Error ? error.message : String(error) });
  });
  return app;
}

/** The chosen language, remembered when it is chosen by `?lang=`. */
function languageFor(request: Request, response: Response): Language {
  const asked = request.query['lang'];
  if (typeof asked === 'string' && LANGUAGES.includes(asked as Language)) {
    response.append('set-cookie', `lang=${asked}; Path=/; SameSite=Lax; Max-Age=31536000`);
    return asked as Language;
  }
  return languageOf(cookie(request.headers.cookie, 'lang'), request.headers['accept-language']);
}

/** Status of an error of express's own parsers, else 500. */
function statusOf(error: unknown): number {
  const status = (error as { status?: unknown } | undefined)?.status;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}

function secureHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.set({
    'content-security-policy':
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
  });
  next();
}

/** Another site must not change anything here with the browser's cookie. */
function sameSite(request: Request, response: Response, next: NextFunction): void {
  const { origin, host } = request.headers;
  const safe = request.method === 'GET' || request.method === 'HEAD';
  if (safe || origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)) next();
  else response.status(403).json({ message: 'from another site' });
}
