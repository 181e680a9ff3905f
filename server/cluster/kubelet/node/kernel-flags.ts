import type { Files } from '../../../host/index.ts';

/** What a node's kernel must be told. Models pkg/kubelet/cm/container_manager_linux.go setupKernelTunables. */
const FLAGS: Readonly<Record<string, number>> = {
  'kernel/keys/root_maxbytes': 25_000_000,
  'kernel/keys/root_maxkeys': 1_000_000,
  'kernel/panic': 10,
  'kernel/panic_on_oops': 1,
  'vm/overcommit_memory': 1,
  'vm/panic_on_oom': 0,
};

/** Sets the kernel's flags, or, where they are protected, says which are wrong. */
export function kernelProblem(fs: Files, isProtected: boolean): string | undefined {
  const wrong: string[] = [];
  for (const [flag, wanted] of Object.entries(FLAGS)) {
    const path = `/proc/sys/${flag}`;
    const found = fs.isFile(path) ? Number(fs.read(path)) : wanted;
    if (found === wanted) continue;
    if (isProtected)
      wrong.push(`invalid kernel flag: ${flag}, expected value: ${wanted}, actual value: ${found}`);
    else fs.write(path, `${wanted}\n`);
  }
  if (wrong.length === 0) return undefined;
  return wrong.length === 1 ? wrong[0] : `[${wrong.join(', ')}]`;
}
