import type { Context } from '../../../host/index.ts';

/** Whether a tool runs as busybox's applet of that name, which has words of its own. */
export function isApplet(context: Context, name: string): boolean {
  return context.fs.isFile('/bin/busybox') && !context.fs.isFile(`/usr/bin/${name}`);
}
