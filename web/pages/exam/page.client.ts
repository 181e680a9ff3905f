import type { AttemptState } from '../../../server/http/protocol.ts';
import { copyCodeOnClick } from '../../parts/copy-code.ts';
import { ask, attemptData, element, send, text, toast } from '../../parts/page.ts';
import { makeSplitter } from '../../parts/splitter.ts';
import { Terminals } from '../../terminal/terminals.ts';

const attempt = attemptData();
const terminals = new Terminals(attempt.current);
makeSplitter(() => terminals.fit());
copyCodeOnClick(element('task'));

/** Minutes at which the candidate is told. */
const ALERTS = [30, 15, 5];
const SYNC_MS = 30_000;
const SAVE_AFTER_MS = 600;

let endsAt = performance.now() + (attempt.secondsLeft ?? 0) * 1000;
let told = ALERTS.filter((minutes) => (attempt.secondsLeft ?? 0) <= minutes * 60);

function showClock(): void {
  const seconds = Math.max(0, Math.round((endsAt - performance.now()) / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  element('clock-time').textContent =
    hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  const clock = element('clock');
  clock.classList.toggle('soon', seconds <= 15 * 60 && seconds > 5 * 60);
  clock.classList.toggle('last', seconds <= 5 * 60);
  for (const alert of ALERTS) {
    if (seconds > alert * 60 || told.includes(alert)) continue;
    told = [...told, alert];
    toast(text('timeAlert', { n: alert }), 'warn', 10);
  }
  if (seconds === 0) location.reload();
  else setTimeout(showClock, 250);
}

/** The server's clock counts: a laptop that slept, or a changed time, does not matter. */
async function synchronise(): Promise<void> {
  try {
    const { secondsLeft, over } = await send<AttemptState>('GET', `/attempts/${attempt.id}/state`);
    if (over) location.reload();
    if (secondsLeft !== null) endsAt = performance.now() + secondsLeft * 1000;
  } catch {
    // The next time will do.
  }
}

showClock();
setInterval(synchronise, SYNC_MS);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void synchronise();
});

const flag = element<HTMLButtonElement>('flag');
flag.addEventListener('click', async () => {
  const flagged = flag.getAttribute('aria-pressed') !== 'true';
  flag.setAttribute('aria-pressed', String(flagged));
  flag.textContent = text(flagged ? 'flagged' : 'flag');
  const mark = document.querySelector<SVGElement>(`[data-flag="${attempt.current}"]`);
  if (flagged) mark?.removeAttribute('hidden');
  else mark?.setAttribute('hidden', '');
  await send('PATCH', `/attempts/${attempt.id}/tasks/${attempt.current}`, { flagged }).catch(() => {});
});

const notes = element<HTMLTextAreaElement>('notes');
let saving: number | undefined;
function saveNotes(): void {
  clearTimeout(saving);
  saving = undefined;
  const body = JSON.stringify({ notes: notes.value });
  const headers = { 'content-type': 'application/json' };
  fetch(`/attempts/${attempt.id}`, { method: 'PATCH', keepalive: true, body, headers }).catch(() => {});
}
notes.addEventListener('input', () => {
  clearTimeout(saving);
  saving = window.setTimeout(saveNotes, SAVE_AFTER_MS);
});
addEventListener('pagehide', () => {
  if (saving !== undefined) saveNotes();
});

const form = element<HTMLFormElement>('submit-form');
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const flagged = document.querySelectorAll('[data-flag]:not([hidden])').length;
  const more = flagged > 0 ? ` ${text('submitFlagged', { n: flagged })}` : '';
  if (await ask(text('submitAsk') + more, text('submit'))) HTMLFormElement.prototype.submit.call(form);
});
