import type { Steps } from '../../sim/index.ts';
import type { Shell } from './shell.ts';
import { Source } from './source.ts';

/** Start-up files of a login shell. */
export function* runProfiles(shell: Shell): Steps<void> {
  yield* sourceIfThere(shell, '/etc/profile');
  for (const file of ['.bash_profile', '.bash_login', '.profile']) {
    const path = `${shell.home}/${file}`;
    if (shell.context.fs.isFile(path)) {
      yield* sourceIfThere(shell, path);
      return;
    }
  }
}

export function* sourceIfThere(shell: Shell, path: string): Steps<void> {
  const { fs } = shell.context;
  if (!fs.isFile(path) || !fs.can(path, 'read')) return;
  yield* shell.engine.runText(shell, new Source(fs.read(path), path, 1, 'source'), true);
}
