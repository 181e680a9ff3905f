/** Linux signals (x86-64 numbers) and what they do by default. */
export const SIGNALS = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  PWR: 30,
  SYS: 31,
} as const;

export type Signal = keyof typeof SIGNALS;

export type DefaultAction = 'terminate' | 'ignore' | 'stop' | 'continue';

const ACTIONS: Partial<Record<Signal, DefaultAction>> = {
  CHLD: 'ignore',
  URG: 'ignore',
  WINCH: 'ignore',
  CONT: 'continue',
  STOP: 'stop',
  TSTP: 'stop',
  TTIN: 'stop',
  TTOU: 'stop',
};

export function defaultAction(signal: Signal): DefaultAction {
  return ACTIONS[signal] ?? 'terminate';
}

/** `SIGTERM`, `TERM`, `term` or `15` to a signal; undefined when there is none of that name. */
export function parseSignal(text: string): Signal | undefined {
  const name = text.toUpperCase().replace(/^SIG/, '');
  if (name in SIGNALS) return name as Signal;
  const number = Number(text);
  return (Object.keys(SIGNALS) as Signal[]).find((signal) => SIGNALS[signal] === number);
}
