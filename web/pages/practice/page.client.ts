import type { ReportView } from '../../../server/http/protocol.ts';
import { copyCodeOnClick } from '../../parts/copy-code.ts';
import { ask, attemptData, element, make, send, text, toast } from '../../parts/page.ts';
import { makeSplitter } from '../../parts/splitter.ts';
import { showVerdicts } from '../../parts/verdicts.ts';
import { Terminals } from '../../terminal/terminals.ts';

const attempt = attemptData();
const base = `/attempts/${attempt.id}/tasks/${attempt.current}`;
const terminals = new Terminals(attempt.current);
makeSplitter(() => terminals.fit());
copyCodeOnClick(element('task'));

/** Runs something a button asks for: the button waits meanwhile, and errors are told. */
function onClick(id: string, run: (button: HTMLButtonElement) => Promise<void>): void {
  const button = document.getElementById(id) as HTMLButtonElement | null;
  button?.addEventListener('click', async () => {
    button.disabled = true;
    try {
      await run(button);
    } catch (error) {
      toast(text('checkFailed', { why: (error as Error).message }), 'warn');
    } finally {
      button.disabled = button.dataset['done'] === 'true';
    }
  });
}

onClick('check', async (button) => {
  button.textContent = text('checking');
  try {
    const report = await send<ReportView>('POST', `${base}/check`);
    const block = element('report');
    block.hidden = false;
    element('report-points').textContent = text('points', { n: report.earned, all: report.points });
    showVerdicts(element('verdicts'), report);
    if (report.percent === 100) toast(text('allDone'));
    block.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  } finally {
    button.textContent = text('check');
  }
});

onClick('hint', async (button) => {
  const { hints, more } = await send<{ hints: string[]; more: boolean }>('POST', `${base}/hint`);
  element('hints').hidden = false;
  element('hint-list').replaceChildren(
    ...hints.map((hint, i) => {
      const shown = make('div', 'hint');
      shown.append(make('strong', '', text('hintN', { n: i + 1 })), hint);
      return shown;
    }),
  );
  element('hints').scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  if (!more) button.dataset['done'] = 'true';
});

onClick('show-solution', async () => {
  const block = element('solution');
  if (block.hidden && !(await ask(text('solutionAsk'), text('showSolution')))) return;
  const { script, html } = await send<{ script: string; html: string }>('POST', `${base}/solution`);
  const body = element('solution-body');
  // Made by the server from the lab's own Markdown, everything in it escaped.
  body.innerHTML = html;
  const code = make('pre', 'code');
  code.append(make('code', '', script));
  body.append(code);
  block.hidden = false;
  block.scrollIntoView({ block: 'start', behavior: 'smooth' });
});

onClick('reset', async () => {
  if (!(await ask(text('resetAsk'), text('reset')))) return;
  await send('POST', `${base}/reset`);
  element('report').hidden = true;
  terminals.restart();
  toast(text('resetDone'));
});
