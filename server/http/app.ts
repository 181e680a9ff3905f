import { join } from 'node:path';
import ejs from 'ejs';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { AttemptError } from '../exam/attempts.ts';
import { UnknownLabError } from '../exam/catalog.ts';
import { attemptRoutes } from './routes/attempt.ts';
import { pages } from './routes/pages.ts';
import { taskRoutes } from './routes/task.ts';
import { sameSite, secureHeaders } from './security.ts';
import { NotFound, Site, type SiteOptions } from './site.ts';

/** The pages and what their scripts ask. */
export function createApp(options: SiteOptions): Express {
  const app = express();
  const site = new Site(options);
  app.disable('x-powered-by');
  app.engine('ejs', renderPage);
  app.set('views', join(options.root, 'web', 'pages'));
  app.use(secureHeaders);
  app.use('/assets', express.static(join(options.root, 'dist', 'web'), { maxAge: '1h' }));
  app.use(express.json({ limit: '200kb' }), express.urlencoded({ extended: false, limit: '10kb' }), sameSite);
  app.use(pages(site), attemptRoutes(site), taskRoutes(site));
  app.use(() => {
    throw new NotFound('there is nothing here');
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) =>
    fail(site, error, request, response),
  );
  return app;
}

function renderPage(path: string, data: object, done: (error: unknown, html?: string) => void): void {
  ejs.renderFile(path, data as ejs.Data, { rmWhitespace: true }).then(
    (html) => done(null, html),
    (error: unknown) => done(error),
  );
}

/** Says what went wrong, as a page or to a script; only what is our mistake is logged. */
function fail(site: Site, error: unknown, request: Request, response: Response): void {
  const status = statusOf(error);
  if (status >= 500) console.error('examlet:', error);
  response.status(status);
  const wantsPage = request.method === 'GET' && request.accepts(['html', 'json']) === 'html';
  if (wantsPage) site.show(request, response, 'error', { missing: status === 404 });
  else response.json({ message: error instanceof Error ? error.message : String(error) });
}

/** HTTP status of an error; errors of express's own parsers carry theirs. */
function statusOf(error: unknown): number {
  if (error instanceof NotFound || error instanceof UnknownLabError) return 404;
  if (error instanceof AttemptError) return 409;
  const status = (error as { status?: unknown } | undefined)?.status;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}
