import { type Context, isSystemError, wasResumed } from '../../host/index.ts';
import type { WaitQueue } from '../../sim/index.ts';
import { type Component, componentGates } from '../component-gates.ts';
import { FeatureGateError, type FeatureGates } from '../feature-gates.ts';
import type { FlagValues } from '../flags.ts';
import { klogLine } from '../klog.ts';

/** A program cannot start; the message is for its log. */
export class StartError extends Error {
  override name = 'StartError';
}

/** Reads a file that a flag names. `what` comes before Go's words when it cannot be read. */
export function readNamed(context: Context, path: string, what = ''): string {
  try {
    return context.fs.read(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new StartError(`${what}open ${path}: ${lowerFirst(error.message)}`);
  }
}

export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Makes SIGTERM and SIGINT end the program's loop, which is looked after by `wake`. */
export function stopOnSignals(context: Context, wake: WaitQueue): () => boolean {
  let stopped = false;
  for (const signal of ['TERM', 'INT'] as const) {
    context.process.handlers.set(signal, () => {
      stopped = true;
      wake.notify();
    });
  }
  return () => stopped;
}

/** Writes klog lines from places that cannot wait; the program's output takes what it can. */
export function logger(context: Context): (severity: 'I' | 'W' | 'E', source: string, text: string) => void {
  return (severity, source, text) => {
    try {
      context.fds.get(2)?.write(klogLine(context, severity, source, text));
    } catch {
      // Nobody reads the log any more.
    }
  };
}

/** Milliseconds of a Go duration such as `1m30s`. */
export function durationMs(text: string): number {
  const units: Record<string, number> = {
    ns: 1e-6,
    us: 1e-3,
    µs: 1e-3,
    ms: 1,
    s: 1000,
    m: 60_000,
    h: 3_600_000,
  };
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(amount) * (units[unit as string] as number);
  }
  return text.startsWith('-') ? -total : total;
}

/** Throws StartError for gates that are not there or cannot be set; the log tells of those that will go. */
export function gatesOfFlags(context: Context, component: Component, flags: FlagValues): FeatureGates {
  try {
    const gates = componentGates(component, flags.get('feature-gates'));
    const write = logger(context);
    if (!wasResumed(context)) for (const text of gates.warnings) write('W', 'feature_gate.go:352', text);
    return gates;
  } catch (error) {
    if (error instanceof FeatureGateError) throw new StartError(error.message);
    throw error;
  }
}
