/** One block of a PEM file. */
export interface PemBlock {
  readonly label: string;
  readonly der: Buffer;
}

/** All blocks of a PEM text, in order; anything between them is skipped, as Go's pem.Decode does. */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  const pattern =
    /-----BEGIN ([A-Z0-9 ]{1,64})-----\r?\n([A-Za-z0-9+/=\r\n]*?)-----END ([A-Z0-9 ]{1,64})-----/g;
  for (const [, label, body, end] of text.matchAll(pattern)) {
    if (label === end) blocks.push({ label: label as string, der: Buffer.from(body as string, 'base64') });
  }
  return blocks;
}

export function toPem(label: string, der: Uint8Array): string {
  const body = Buffer.from(der)
    .toString('base64')
    .replace(/(.{64})(?=.)/g, '$1\n');
  return `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
}
