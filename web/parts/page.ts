import type { AttemptData, PageData } from '../../server/http/protocol.ts';

const data = JSON.parse(document.getElementById('page-data')?.textContent ?? '{}') as PageData;

/** A sentence in the page's language, filled in. */
export function text(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  return (data.texts[key] ?? key).replace(/\{(\w+)\}/g, (_all, name: string) => String(values[name] ?? ''));
}

/** What the page is about. Throws on pages without an attempt. */
export function attemptData(): AttemptData {
  if (!data.attempt) throw new Error('this page has no attempt');
  return data.attempt;
}

/** The element of that id. Throws when the page has none: a mistake of ours. */
export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element #${id}`);
  return found as T;
}

/** Makes an element with a class and text. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  content = '',
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  if (content !== '') made.textContent = content;
  return made;
}

/** Sends JSON and returns the JSON answer. Throws with the server's message. */
export async function send<T>(method: 'POST' | 'PATCH' | 'GET', path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const answer = (await response.json().catch(() => ({}))) as T & { message?: string };
  if (!response.ok) throw new Error(answer.message ?? response.statusText);
  return answer;
}

/** Asks yes or no. */
export function ask(question: string, yes: string): Promise<boolean> {
  const dialog = element<HTMLDialogElement>('ask');
  element('ask-text').textContent = question;
  element('ask-yes').textContent = yes;
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}

/** Shows a message for a while. */
export function toast(message: string, kind: 'plain' | 'warn' = 'plain', seconds = 5): void {
  const shown = make('div', `toast ${kind === 'warn' ? 'warn' : ''}`, message);
  element('toasts').append(shown);
  setTimeout(() => shown.remove(), seconds * 1000);
}
