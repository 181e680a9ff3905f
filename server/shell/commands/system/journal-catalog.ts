import type { JournalEntry } from '../../../host/index.ts';

/** What `journalctl -x` explains of a message: its subject, and sentences about the unit. */
interface Explanation {
  readonly subject: string;
  readonly text: string;
}

type Explain = (unit: string, found: RegExpMatchArray) => Explanation;

/** Jobs have numbers; nothing else tells of them, so that any steady one does. */
function jobOf(entry: JournalEntry): number {
  return 100 + (Math.floor(entry.time / 1000) % 4000);
}

/** Messages of the service manager that its catalog explains. */
const CATALOG: readonly (readonly [RegExp, Explain])[] = [
  [/^Starting /, (unit) => begins('start', unit)],
  [/^Stopping /, (unit) => begins('stop', unit)],
  [/^(Started|Finished|Listening on|Reached target) /, (unit) => finished('start', unit)],
  [/^(Stopped|Closed|Stopped target) /, (unit) => finished('stop', unit)],
  [
    /^Failed to start /,
    (unit) => ({
      subject: `A start job for unit ${unit} has failed`,
      text: `A start job for unit ${unit} has finished with a failure.`,
    }),
  ],
  [
    /: Main process exited, code=(\w+), status=(\d+)/,
    (unit, [, code = '', status = '']) => exited('ExecStart', unit, code, status),
  ],
  [
    /: Control process exited, code=(\w+), status=(\d+)/,
    (unit, [, code = '', status = '']) => exited('ExecStartPre', unit, code, status),
  ],
  [
    /: Failed with result '([\w-]+)'/,
    (unit, [, result = '']) => ({
      subject: 'Unit failed',
      text: `The unit ${unit} has entered the 'failed' state with result '${result}'.`,
    }),
  ],
  [
    /: Deactivated successfully/,
    (unit) => ({
      subject: 'Unit succeeded',
      text: `The unit ${unit} has successfully entered the 'dead' state.`,
    }),
  ],
  [
    /: Scheduled restart job/,
    (unit) => ({
      subject: 'Automatic restarting of a unit has been scheduled',
      text: `Automatic restarting of the unit ${unit} has been scheduled, as the result for\nthe configured Restart= setting for the unit.`,
    }),
  ],
];

function begins(job: 'start' | 'stop', unit: string): Explanation {
  const subject = `A ${job} job for unit ${unit} has begun execution`;
  return { subject, text: `${subject}.` };
}

function finished(job: 'start' | 'stop', unit: string): Explanation {
  const subject = `A ${job} job for unit ${unit} has finished${job === 'start' ? ' successfully' : ''}`;
  return { subject, text: `${subject}.` };
}

function exited(setting: string, unit: string, code: string, status: string): Explanation {
  return {
    subject: 'Unit process exited',
    text: `An ${setting}= process belonging to unit ${unit} has exited.\n\nThe process' exit code is '${code}' and its exit status is ${status}.`,
  };
}

/** The lines that follow a message with `-x`; '' for those that the catalog does not know. */
export function explanationOf(entry: JournalEntry): string {
  const { unit, message } = entry;
  if (entry.identifier !== 'systemd' || unit === undefined) return '';
  for (const [pattern, explain] of CATALOG) {
    const found = message.match(pattern);
    if (!found) continue;
    const { subject, text } = explain(unit, found);
    const job = / job for unit /.test(subject)
      ? `\n\nThe job identifier is ${jobOf(entry)}${subject.endsWith('failed') ? ' and the job result is failed' : ''}.`
      : '';
    const lines = `Subject: ${subject}\nDefined-By: systemd\nSupport: http://www.ubuntu.com/support\n\n${text}${job}`;
    return lines.replace(/^/gm, '░░ ') + '\n';
  }
  return '';
}
