import type { Context } from '../host/index.ts';

/** A line of klog: `I1121 09:46:30.123456       1 server.go:153] Version: v1.33.1`. */
export function klogLine(
  context: Context,
  severity: 'I' | 'W' | 'E' | 'F',
  source: string,
  message: string,
): string {
  const iso = new Date(context.now).toISOString();
  const date = `${iso.slice(5, 7)}${iso.slice(8, 10)}`;
  const pid = String(context.process.nspid).padStart(7);
  return `${severity}${date} ${iso.slice(11, 23)}000 ${pid} ${source}] ${message}\n`;
}
