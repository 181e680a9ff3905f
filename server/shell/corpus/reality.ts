import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from '../testing.ts';

/** Whether this machine's `sh` is dash. */
export function hasDash(): boolean {
  return existsSync('/bin/dash') && realpathSync('/bin/sh').endsWith('/dash');
}

/** Whether this machine has the bash that ours is compared with. */
export function hasBash(version: string): boolean {
  const script = 'echo "${BASH_VERSINFO[0]}.${BASH_VERSINFO[1]}"';
  return spawnSync('/bin/bash', ['-c', script], { encoding: 'utf8' }).stdout === `${version}\n`;
}

/**
 * What the machine's own bash (or its `sh`) makes of snippets: each in a shell of its own, in an empty directory of its own. One script
 * starts them all: starting a process from here takes far longer than the snippets do.
 */
export function realities(scripts: readonly string[], shell: 'bash' | 'sh' = 'bash'): Outcome[] {
  const base = mkdtempSync(join(tmpdir(), 'corpus-'));
  try {
    scripts.forEach((script, i) => void writeFileSync(join(base, `${i}.script`), script));
    writeFileSync(join(base, 'all.sh'), RUN_ALL);
    const done = spawnSync('/bin/bash', ['all.sh', String(scripts.length), shell], {
      cwd: base,
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin' },
    });
    if (done.status !== 0) throw new Error(`bash could not be run: ${done.stderr}`);
    return scripts.map((_, i) => {
      const read = (what: string) =>
        readFileSync(join(base, `${i}.${what}`), 'utf8').replaceAll(join(base, `${i}.d`), '/w');
      return { stdout: read('out'), stderr: read('err'), status: Number(read('status')) };
    });
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

/** Output goes through pipes, as a file would be cut by `> /dev/stdout`. */
const RUN_ALL = `
all=$PWD shell=$2
run() {
  timeout 10 env -i PATH=/usr/bin:/bin HOME=/root LANG=C.UTF-8 LC_ALL=C.UTF-8 "$shell" -c "$1" < /dev/null
  printf '%s' "$?" > "$2"
}
for ((i = 0; i < $1; i++)); do
  mkdir "$i.d" && cd "$i.d" || exit 1
  IFS= read -r -d '' script < "$all/$i.script"
  { run "$script" "$all/$i.status" 2>&3 3>&- | cat > "$all/$i.out"; } 3>&1 | cat > "$all/$i.err"
  cd "$all" || exit 1
done
`;
