import type { Steps } from '../../../sim/index.ts';
import type { Call } from '../core/tool.ts';
import { BZIP2, type Compressor, XZ, ZSTD } from './compressors.ts';
import { gunzipBytes, gzipBytes } from './gzip.ts';

/** What tar passes its archives through. */
export interface Compression extends Pick<Compressor, 'pack' | 'unpack'> {
  readonly option: string;
  /** Names of files that `-a` takes it for. */
  readonly names: RegExp;
  /** The first bytes of what it packs. */
  readonly magic: readonly number[];
  /** What its tool says of other data. */
  readonly refuses: string;
}

export const COMPRESSIONS: readonly Compression[] = [
  {
    option: 'z',
    names: /\.(gz|tgz|taz)$/,
    magic: [0x1f, 0x8b],
    refuses: '\ngzip: stdin: not in gzip format',
    *pack(_: Call, data: Uint8Array): Steps<Uint8Array> {
      return gzipBytes(data);
    },
    *unpack(_: Call, data: Uint8Array): Steps<Uint8Array | undefined> {
      return gunzipBytes(data);
    },
  },
  {
    ...BZIP2,
    option: 'j',
    names: /\.(bz2|tbz2?|tz2)$/,
    magic: [0x42, 0x5a, 0x68],
    refuses: 'bzip2: (stdin) is not a bzip2 file.',
  },
  {
    ...XZ,
    option: 'J',
    names: /\.(xz|txz)$/,
    magic: [0xfd, 0x37, 0x7a, 0x58],
    refuses: 'xz: (stdin): File format not recognized',
  },
  {
    ...ZSTD,
    option: 'zstd',
    names: /\.(zst|tzst)$/,
    magic: [0x28, 0xb5, 0x2f, 0xfd],
    refuses: 'zstd: /*stdin*\\: unsupported format ',
  },
];
