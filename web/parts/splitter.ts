import { element } from './page.ts';

const LOWEST = 20;
const HIGHEST = 70;
const KEY = 'split';

/** Lets the task's part be made wider or narrower, by mouse and by arrow keys; remembered by the browser. */
export function makeSplitter(onChange: () => void): void {
  const split = element('split');
  const splitter = element('splitter');
  const set = (percent: number) => {
    const bounded = Math.min(HIGHEST, Math.max(LOWEST, percent));
    split.style.setProperty('--left', `${bounded}%`);
    splitter.setAttribute('aria-valuenow', String(Math.round(bounded)));
    localStorage.setItem(KEY, String(bounded));
    onChange();
  };
  const stored = Number(localStorage.getItem(KEY));
  if (stored >= LOWEST && stored <= HIGHEST) set(stored);
  splitter.addEventListener('pointerdown', (event) => {
    splitter.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  splitter.addEventListener('pointermove', (event) => {
    if (splitter.hasPointerCapture(event.pointerId)) set((event.clientX / window.innerWidth) * 100);
  });
  splitter.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowLeft' ? -2 : event.key === 'ArrowRight' ? 2 : 0;
    if (step === 0) return;
    event.preventDefault();
    set(Number(splitter.getAttribute('aria-valuenow')) + step);
  });
}
