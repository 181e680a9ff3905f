import { isApiError } from '../../objects/api-error.ts';

/** Makes a request about an object that may be gone by now, which is as well. */
export function ifThere(request: () => unknown): void {
  try {
    request();
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error;
  }
}
