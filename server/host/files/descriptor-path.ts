const STREAMS: Record<string, number> = { stdin: 0, stdout: 1, stderr: 2 };

/** The descriptor that a magic path stands for. */
export function descriptorNumber(path: string): number | undefined {
  const match = /^\/(?:dev\/(std(?:in|out|err))|(?:dev|proc\/self)\/fd\/(\d+))$/.exec(path);
  if (!match) return undefined;
  return match[1] ? STREAMS[match[1]] : Number(match[2]);
}
