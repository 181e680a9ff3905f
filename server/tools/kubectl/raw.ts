import { bodyText, type HttpStream } from '../../host/index.ts';
import { type Steps, waitOn } from '../../sim/index.ts';
import { KubectlError } from './errors.ts';
import type { Kubectl } from './kubectl.ts';
import { readFile } from './manifest-files.ts';

/** --raw: a request to a path as it is; the body, where there is one, comes from the only file. */
export function* sendRaw(k: Kubectl, method: 'GET' | 'DELETE' | 'POST' | 'PUT'): Steps<void> {
  const path = k.flags.string('raw');
  const body = method === 'GET' || method === 'DELETE' ? undefined : yield* onlyFile(k);
  if (!path.startsWith('/'))
    throw new KubectlError(
      `--raw must be a valid URL path: parse ${JSON.stringify(path)}: invalid URI for request`,
    );
  const response = yield* k.api.request(method, path, {
    raw: true,
    ...(body === undefined ? {} : { body, contentType: 'application/json' }),
  });
  if (response.stream) yield* copyStream(k, response.stream);
  else yield* k.out(bodyText(response));
}

/** Prints a watch or a log as it comes, until the server ends it. */
function* copyStream(k: Kubectl, stream: HttpStream): Steps<void> {
  try {
    while (!stream.ended) {
      const piece = stream.next();
      if (piece === undefined) yield* waitOn([stream.ready]);
      else yield* k.out(typeof piece === 'string' ? piece : `${JSON.stringify(piece)}\n`);
    }
  } finally {
    stream.close();
  }
}

function* onlyFile(k: Kubectl): Steps<string> {
  const [file = '', ...others] = k.flags.list('filename');
  if (file === '' || others.length > 0 || /^https?:/.test(file))
    throw new KubectlError('--raw can only use a single local file or stdin');
  return file === '-' ? yield* k.stdin() : readFile(k, file);
}
