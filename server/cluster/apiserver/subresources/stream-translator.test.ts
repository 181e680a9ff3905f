import { expect, test } from 'vitest';
import { type Frame, type HttpResponse, lastFrames } from '../../../host/index.ts';
import { translated } from './stream-translator.ts';

const said = (status: object): HttpResponse => ({
  status: 101,
  headers: {},
  upgrade: lastFrames([
    { channel: 1, data: 'out' },
    { channel: 3, data: JSON.stringify(status) },
  ]),
});
const refused = (status: number, body: string): HttpResponse => ({ status, headers: {}, body });

const CASES: [what: string, ask: () => HttpResponse, message: string | undefined][] = [
  ['an end', () => said({ status: 'Success' }), undefined],
  [
    'an exit code',
    () => said({ status: 'Failure', reason: 'NonZeroExitCode', message: 'exit status 3' }),
    'exit status 3',
  ],
  [
    'a command that is not there',
    () =>
      said({ status: 'Failure', reason: 'InternalError', message: 'Internal error occurred: no such file' }),
    'Internal error occurred: Internal error occurred: no such file',
  ],
  [
    'a refusal of the kubelet',
    () => refused(500, 'container not found ("c")'),
    'Internal error occurred: unable to upgrade connection: container not found ("c")',
  ],
  [
    'a kubelet that does not answer',
    () => {
      throw new Error('dial tcp 10.0.0.9:10250: connect: connection refused');
    },
    'Internal error occurred: error sending request: Post "https://10.0.0.9:10250/exec": dial tcp 10.0.0.9:10250: connect: connection refused',
  ],
];

test.each(CASES)('the error channel tells of %s', (_what, ask, message) => {
  const { status, upgrade } = translated(ask, 'https://10.0.0.9:10250/exec');
  expect(status).toBe(101);
  const frames: Frame[] = [];
  for (let frame = upgrade?.receive(); frame; frame = upgrade?.receive()) frames.push(frame);
  expect(upgrade?.ended).toBe(true);
  const last = frames.find(({ channel }) => channel === 3);
  expect(JSON.parse(last?.data ?? '{}').message).toBe(message);
});
