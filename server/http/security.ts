import type { IncomingHttpHeaders } from 'node:http';
import type { NextFunction, Request, Response } from 'express';

/** Headers of every answer: nothing but our own scripts, and in nobody's frame. */
export function secureHeaders(_request: Request, response: Response, next: NextFunction): void {
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
export function sameSite(request: Request, response: Response, next: NextFunction): void {
  const safe = request.method === 'GET' || request.method === 'HEAD';
  if (safe || request.headers.origin === undefined || isOwnOrigin(request.headers)) next();
  else response.status(403).json({ message: 'from another site' });
}

/** Whether a page of this very server asks. */
export function isOwnOrigin({ origin, host }: IncomingHttpHeaders): boolean {
  return origin !== undefined && host !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
