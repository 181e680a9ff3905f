import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';

const COOKIE = 'examlet';
const YEAR_S = 365 * 24 * 3600;

/** The value of a cookie. */
export function cookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [key, value] = part.trim().split('=');
    if (key === name) return value;
  }
  return undefined;
}

/** Who the browser is, undefined before its first page. */
export function ownerOf(header: string | undefined): string | undefined {
  const value = cookie(header, COOKIE);
  return value !== undefined && /^[a-f0-9]{32}$/.test(value) ? value : undefined;
}

/** Who the browser is; a new one gets a name. */
export function identify(request: Request, response: Response): string {
  const known = ownerOf(request.headers.cookie);
  if (known !== undefined) return known;
  const owner = randomBytes(16).toString('hex');
  response.append('set-cookie', `${COOKIE}=${owner}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${YEAR_S}`);
  return owner;
}
