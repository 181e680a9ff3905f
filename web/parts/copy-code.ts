import { text, toast } from './page.ts';

/** A click on a name, path or command in the task's text copies it, as in the real exam. */
export function copyCodeOnClick(prose: HTMLElement): void {
  for (const code of prose.querySelectorAll<HTMLElement>('code')) {
    code.title = text('copyThis');
    code.classList.add('copies');
    code.addEventListener('click', async () => {
      if (String(getSelection()) !== '') return;
      await navigator.clipboard.writeText(code.textContent ?? '');
      toast(text('copied', { what: short(code.textContent ?? '') }), 'plain', 2);
    });
  }
}

function short(copied: string): string {
  const [line = ''] = copied.trim().split('\n');
  return line.length > 40 || line !== copied.trim() ? `${line.slice(0, 40)}…` : line;
}
