import type { Files, Stat } from '../../../host/index.ts';

const ARCHIVES = /\.(tar|tgz|gz|zip|z|xz|bz2|deb|rpm|jar|7z|zst)$/;
const PICTURES = /\.(jpg|jpeg|gif|png|svg|webm|mp4|mkv|avi)$/;
const SOUNDS = /\.(mp3|flac|ogg|wav|m4a)$/;

/** The SGR codes of dircolors' defaults. */
export function colorOf(stat: Stat, name: string, fs: Files, path: string): string {
  switch (stat.type) {
    case 'directory':
      if ((stat.mode & 0o1002) === 0o1002) return '30;42';
      if ((stat.mode & 0o002) !== 0) return '34;42';
      return (stat.mode & 0o1000) !== 0 ? '37;44' : '01;34';
    case 'symlink':
      return fs.exists(path) ? '01;36' : '40;31;01';
    case 'fifo':
      return '40;33';
    case 'socket':
      return '01;35';
    case 'char':
    case 'block':
      return '40;33;01';
  }
  if ((stat.mode & 0o4000) !== 0) return '37;41';
  if ((stat.mode & 0o2000) !== 0) return '30;43';
  if ((stat.mode & 0o111) !== 0) return '01;32';
  if (ARCHIVES.test(name)) return '01;31';
  if (PICTURES.test(name)) return '01;35';
  return SOUNDS.test(name) ? '00;36' : '';
}
