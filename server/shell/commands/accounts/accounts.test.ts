import { expect, test } from 'vitest';
import { ubuntuDisk } from '../../../host/index.ts';
import { Clock } from '../../../sim/index.ts';
import { COMMANDS } from '../index.ts';
import { TestWorld } from '../testing.ts';

const BASE = ubuntuDisk(
  new Clock(Date.UTC(2026, 2, 2)),
  COMMANDS.map(({ name, paths }) => ({ program: name, paths: paths ?? [`/usr/bin/${name}`] })),
);

test('users and groups are made, changed and removed', () => {
  const world = new TestWorld({ base: BASE });
  const run = (line: string) => world.run(line.split(' '));
  expect(run('useradd -m -s /bin/bash -G sudo bob').status).toBe(0);
  expect(run('id bob').stdout).toBe('uid=1001(bob) gid=1001(bob) groups=1001(bob),27(sudo)\n');
  expect(run('useradd bob')).toMatchObject({ status: 9, stderr: "useradd: user 'bob' already exists\n" });
  run('groupadd dev');
  run('usermod -aG dev bob');
  expect(run('getent group dev').stdout).toBe('dev:x:1002:bob\n');
  expect(run('usermod -G nosuch bob')).toMatchObject({
    status: 6,
    stderr: "usermod: group 'nosuch' does not exist\n",
  });
  expect(run('groupmod -n devs -g 1500 dev').status).toBe(0);
  expect(run('getent group devs').stdout).toBe('devs:x:1500:bob\n');
  expect(run('capsh --decode=a80425fb').stdout).toMatch(/^0x00000000a80425fb=cap_chown,.*cap_setfcap\n$/);
  expect(run('groupdel bob').stderr).toBe("groupdel: cannot remove the primary group of user 'bob'\n");
  expect(run('userdel -r bob').status).toBe(0);
  expect(run('getent passwd bob').status).toBe(2);
  expect(run('ls /home').stdout).toBe('candidate\n');
});

test('what was mounted is there again on a restored host', () => {
  const world = new TestWorld({ base: BASE });
  const run = (line: string) => world.run(line.split(' '));
  run('mkdir /mnt/a /mnt/b');
  expect(run('mount --bind /etc /mnt/a').status).toBe(0);
  expect(run('mount -t tmpfs tmpfs /mnt/b').status).toBe(0);
  run('touch /mnt/b/kept');
  const again = new TestWorld({ base: world.host.disk.freeze() });
  again.host.resume();
  expect(again.run(['ls', '/mnt/a/passwd', '/mnt/b']).stdout).toContain('kept');
  expect(again.run(['umount', '/mnt/b']).status).toBe(0);
  expect(again.run(['ls', '/mnt/b']).stdout).toBe('');
  expect(again.run(['umount', '/mnt/b'])).toMatchObject({
    status: 32,
    stderr: 'umount: /mnt/b: not mounted.\n',
  });
  expect(again.run(['umount', '/proc']).stderr).toBe('umount: /proc: target is busy.\n');
});
