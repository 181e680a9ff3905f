import type { Request, Response } from 'express';
import type { Attempt, AttemptTask } from '../exam/attempt.ts';
import type { Attempts } from '../exam/attempts.ts';
import type { Catalog } from '../exam/catalog.ts';
import type { Worlds } from '../exam/worlds/worlds.ts';
import type { PageData } from './protocol.ts';
import type { Relays } from './relay.ts';
import { cookie, identify } from './session.ts';
import { LANGUAGES, type Language, languageOf, textsIn, translator } from './texts.ts';
import { Views } from './views.ts';

export interface SiteOptions {
  catalog: Catalog;
  attempts: Attempts;
  worlds: Worlds;
  relays: Relays;
  /** Holds `web/` and `dist/web/`. */
  root: string;
  nowMs: () => number;
}

/** Thrown where there is nothing to show, or not to this browser. */
export class NotFound extends Error {
  override name = 'NotFound';
}

/** What all routes share: who asks, in which language, for which attempt; and how a page is made. */
export class Site {
  readonly attempts: Attempts;
  readonly worlds: Worlds;
  readonly relays: Relays;
  readonly views: Views;

  constructor({ catalog, attempts, worlds, relays, nowMs }: SiteOptions) {
    this.attempts = attempts;
    this.worlds = worlds;
    this.relays = relays;
    this.views = new Views(catalog, attempts, nowMs);
  }

  /** The attempt of the path. Throws `NotFound` when it is another browser's. */
  attempt(request: Request, response: Response): Attempt {
    const attempt = this.attempts.find(String(request.params['id']));
    if (!attempt || attempt.owner !== identify(request, response) || !this.views.exists(attempt))
      throw new NotFound();
    return attempt;
  }

  /** The attempt and the task of the path. Throws `NotFound`. */
  task(request: Request, response: Response): { attempt: Attempt; task: AttemptTask } {
    const attempt = this.attempt(request, response);
    const task = attempt.tasks[Number(request.params['task'])];
    if (!task) throw new NotFound();
    return { attempt, task };
  }

  /** The language of the page: chosen by `?lang=`, which is remembered, or what the browser asks for. */
  language(request: Request, response: Response): Language {
    const asked = request.query['lang'];
    if (typeof asked === 'string' && LANGUAGES.includes(asked as Language)) {
      response.append('set-cookie', `lang=${asked}; Path=/; SameSite=Lax; Max-Age=31536000`);
      return asked as Language;
    }
    return languageOf(cookie(request.headers.cookie, 'lang'), request.headers['accept-language']);
  }

  /** Answers with `web/pages/<page>/page.ejs`. */
  show(
    request: Request,
    response: Response,
    page: string,
    data: object,
    extra: Partial<PageData> = {},
  ): void {
    const language = this.language(request, response);
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
  }

  /** Ends an exam; who waits for its result looks again. */
  submit(attempt: Attempt): void {
    this.attempts.submit(attempt).catch((error: unknown) => console.error('examlet:', error));
  }
}
