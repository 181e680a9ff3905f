import { expect, test } from 'vitest';
import type { Context } from '../../host/index.ts';
import { RequestLog } from './request-log.ts';

const EXCHANGE = {
  method: 'GET',
  url: 'https://10.0.0.1:6443/api/v1/pods',
  headers: { accept: 'application/json', authorization: 'Bearer secret' },
  body: () => '',
};
const RESPONSE = {
  status: 404,
  headers: { 'content-type': 'application/json' },
  body: `{"a":"${'x'.repeat(1200)}"}\n`,
};

/** What is said of a request and its answer, without klog's stamps and what is the same for all. */
function said(verbosity: number): string[] {
  let text = '';
  const context = {
    now: Date.UTC(2026, 10, 21, 9),
    process: { nspid: 7 },
    *err(piece: string) {
      text += piece;
    },
  } as unknown as Context;
  const log = new RequestLog(context, verbosity, ['/root/.kube/config']);
  for (const steps of [log.request(EXCHANGE), log.response(EXCHANGE, 6, RESPONSE)]) {
    expect(steps.next('event').done).toBe(true);
  }
  return text
    .replace(/^I\S+ \S+ +7 /gm, '')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('envvar.go'));
}

const LOADED = 'loader.go:402] Config loaded from file:  /root/.kube/config';
const ABOUT = 'verb="GET" url="https://10.0.0.1:6443/api/v1/pods"';
const HEADERS = ['\tAccept: application/json', '\tAuthorization: Bearer <masked>', ' >'];
const REQUEST = [`round_trippers.go:527] "Request" ${ABOUT} headers=<`, ...HEADERS];

test.each([
  [0, []],
  [5, []],
  [6, [LOADED, `round_trippers.go:632] "Response" ${ABOUT} status="404 Not Found" milliseconds=6`]],
  [7, [LOADED, ...REQUEST, 'round_trippers.go:632] "Response" status="404 Not Found" milliseconds=6']],
  [
    8,
    [
      LOADED,
      'helper.go:105] "Request Body" body=""',
      ...REQUEST,
      'round_trippers.go:632] "Response" status="404 Not Found" headers=<',
      '\tContent-Length: 1209',
      '\tContent-Type: application/json',
      ' > milliseconds=6',
      `helper.go:105] "Response Body" body="{\\"a\\":\\"${'x'.repeat(1018)} [truncated 185 chars]"`,
    ],
  ],
])('-v=%i', (verbosity, lines) => expect(said(verbosity)).toEqual(lines));
