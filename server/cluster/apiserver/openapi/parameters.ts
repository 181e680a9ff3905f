import type { Parameter } from './dialects.ts';

function query(name: string, type: Parameter['type'], description: string): Parameter {
  return { name, in: 'query', type, description };
}

function inPath(name: string, description: string): Parameter {
  return { name, in: 'path', type: 'string', description };
}

export const NAMESPACE = inPath('namespace', 'object name and auth scope, such as for teams and projects');
export const PROXY_PATH = inPath('path', 'path to the resource');
export const PRETTY = query('pretty', 'string', 'Whether the answer is indented for people to read.');

export function nameOf(kind: string): Parameter {
  return inPath('name', `name of the ${kind}`);
}

const SELECTORS: readonly Parameter[] = [
  query('labelSelector', 'string', 'Only objects with these labels; all without it.'),
  query('fieldSelector', 'string', 'Only objects with these fields; all without it.'),
];

const PAGES: readonly Parameter[] = [
  query('limit', 'integer', 'The most objects of one answer; `continue` of its metadata asks for the next.'),
  query('continue', 'string', 'The token of an earlier answer, to get what follows it.'),
  query('resourceVersion', 'string', 'How fresh the answer has to be, or where a watch begins.'),
  query('resourceVersionMatch', 'string', 'How `resourceVersion` is meant: Exact or NotOlderThan.'),
  query(
    'sendInitialEvents',
    'boolean',
    'Whether a watch begins with what there is, and a bookmark behind it.',
  ),
  query('timeoutSeconds', 'integer', 'After how many seconds a list or watch ends.'),
];

const DRY_RUN = query('dryRun', 'string', 'All: everything is checked and nothing is kept.');
const FIELD_MANAGER = query('fieldManager', 'string', 'In whose name the fields of the request are set.');
const FIELD_VALIDATION = query(
  'fieldValidation',
  'string',
  'What becomes of unknown and repeated fields: Ignore, Warn or Strict.',
);

export const LIST: readonly Parameter[] = [
  query('allowWatchBookmarks', 'boolean', 'Whether a watch may send events of type BOOKMARK.'),
  ...SELECTORS,
  ...PAGES,
  query('watch', 'boolean', 'Whether changes are sent as a stream of events.'),
];
export const WRITE: readonly Parameter[] = [DRY_RUN, FIELD_MANAGER, FIELD_VALIDATION];
export const PATCH: readonly Parameter[] = [
  ...WRITE,
  query('force', 'boolean', 'Whether an apply takes fields from their managers.'),
];
export const DELETE: readonly Parameter[] = [
  DRY_RUN,
  query('gracePeriodSeconds', 'integer', 'How many seconds the object has to end; 0 is at once.'),
  query('orphanDependents', 'boolean', 'Deprecated, see propagationPolicy.'),
  query('propagationPolicy', 'string', 'What becomes of dependents: Orphan, Background or Foreground.'),
];
export const DELETE_COLLECTION: readonly Parameter[] = [...DELETE, ...SELECTORS, ...PAGES];

const STREAMS: readonly Parameter[] = [
  query('container', 'string', 'The container; may be left out when there is only one.'),
  query('stdin', 'boolean', 'Whether standard input is connected.'),
  query('stdout', 'boolean', 'Whether standard output is connected.'),
  query('stderr', 'boolean', 'Whether standard error is connected.'),
  query('tty', 'boolean', 'Whether the program has a terminal.'),
];

/** The parameters of subresources that are not objects. */
export const CONNECT: Readonly<Record<string, readonly Parameter[]>> = {
  attach: STREAMS,
  exec: [...STREAMS, query('command', 'string', 'A word of the command; the parameter is repeated.')],
  portforward: [query('ports', 'integer', 'The ports to reach.')],
  proxy: [query('path', 'string', 'What is asked of the other side.')],
  log: [
    query('container', 'string', 'The container; may be left out when there is only one.'),
    query('follow', 'boolean', 'Whether the stream goes on with new lines.'),
    query(
      'insecureSkipTLSVerifyBackend',
      'boolean',
      'Whether the certificate of the kubelet is not checked.',
    ),
    query('limitBytes', 'integer', 'The most bytes to send.'),
    query('previous', 'boolean', 'Whether the log is that of the container before this one.'),
    query('sinceSeconds', 'integer', 'Only lines of so many seconds.'),
    query('tailLines', 'integer', 'Only so many lines from the end.'),
    query('timestamps', 'boolean', 'Whether every line begins with its time.'),
  ],
};
