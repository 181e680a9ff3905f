import { describe, expect, it } from 'vitest';
import { decodeObject } from './decode.ts';

/** As `kubectl create deployment web --image=nginx --replicas=3` of v1.33 sends it. */
const DEPLOYMENT = `6b 38 73 00 0a 15 0a 07 61 70 70 73 2f 76 31 12 0a 44 65 70 6c 6f 79 6d 65 6e 74 12 ab 01 0a 1f
0a 03 77 65 62 12 00 1a 00 22 00 2a 00 32 00 38 00 42 00 5a 0a 0a 03 61 70 70 12 03 77 65 62 12 7a 08 03 12 0c 0a 0a 0a
03 61 70 70 12 03 77 65 62 1a 60 0a 1c 0a 00 12 00 1a 00 22 00 2a 00 32 00 38 00 42 00 5a 0a 0a 03 61 70 70 12 03 77 65
62 12 40 12 22 0a 05 6e 67 69 6e 78 12 05 6e 67 69 6e 78 2a 00 42 00 6a 00 72 00 80 01 00 88 01 00 90 01 00 a2 01 00 1a
00 32 00 42 00 4a 00 52 00 58 00 60 00 68 00 82 01 00 8a 01 00 9a 01 00 c2 01 00 22 02 0a 00 28 00 38 00 1a 0c 08 00 10
00 18 00 20 00 28 00 38 00 1a 00 22 00`;

const bytes = (hex: string) => Uint8Array.from(hex.split(/\s+/).map((byte) => Number.parseInt(byte, 16)));

describe('an object in binary form', () => {
  it('is read as the same object in JSON', () => {
    const { spec, ...rest } = decodeObject(bytes(DEPLOYMENT)) as Record<string, never>;
    expect(rest).toMatchObject({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', labels: { app: 'web' } },
    });
    expect(spec).toMatchObject({
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      strategy: {},
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'nginx', image: 'nginx', resources: {} }] },
      },
    });
    expect(JSON.stringify(spec)).not.toContain('hostNetwork');
    expect(JSON.stringify(rest)).not.toContain('creationTimestamp');
  });

  it.each([
    ['6b 38 73', 'does not appear to be a protobuf message'],
    ['6b 38 73 00 0a 06 0a 02 76 31 12 00', 'no kind "" is registered for version "v1"'],
    ['6b 38 73 00 0a 15', 'unexpected EOF'],
  ])('that is broken is refused: %s', (hex, message) => {
    expect(() => decodeObject(bytes(hex))).toThrow(message);
  });
});
