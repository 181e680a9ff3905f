import { expect, it } from 'vitest';
import type { Listener, Stream } from '../../host/index.ts';
import { waitOn } from '../../sim/index.ts';
import { ShellWorld } from '../testing.ts';

function worldWith(...listeners: (Partial<Listener> & { port: number })[]): ShellWorld {
  const world = new ShellWorld();
  const { network } = world.host;
  if (!network.addresses().includes('127.0.0.1'))
    network.interfaces.push({ name: 'lo', mac: '', addresses: ['127.0.0.1/8'], up: true, mtu: 65_536 });
  for (const listener of listeners)
    network.listen({ protocol: 'TCP', address: '127.0.0.1', pid: 1, ...listener });
  return world;
}

const HTTP: Listener['http'] = ({ method, path, body, headers }) => ({
  status: path === '/' ? 200 : 404,
  headers: { 'content-type': 'text/plain' },
  body: `${method} ${path} ${headers['host']} ${body ?? ''}\n`,
});

it('speaks to a server of HTTP as text', () => {
  const world = worldWith({ port: 80, http: HTTP });
  const ask = (request: string) =>
    world.run(`exec 3<>/dev/tcp/localhost/80; printf '${request}' >&3; cat <&3`);
  expect(ask('GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n').stdout).toBe(
    'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\nConnection: close\r\n\r\nGET / a \n',
  );
  const posted = ask('POST /x HTTP/1.0\\nContent-Length: 5\\n\\nhé12345').stdout;
  expect(posted).toContain('HTTP/1.1 404 Not Found\r\n');
  expect(posted).toContain('\r\n\r\nPOST /x undefined hé12\n');
  expect(ask('nonsense\\r\\n\\r\\n').stdout).toMatch(/^HTTP\/1\.1 400 Bad Request/);
  const kept = world.run(
    `exec 3<>/dev/tcp/127.0.0.1/80
     for i in 1 2; do printf 'GET / HTTP/1.1\\r\\nHost: %s\\r\\n\\r\\n' $i >&3; done
     for i in {1..10}; do read -r -t 1 line <&3 && echo "$line"; done; read -t 2 more <&3; echo $?`,
  );
  expect(kept.stdout).toContain('\nGET / 1\nHTTP/1.1 200 OK\r\n');
  expect(kept.stdout).toMatch(/\nGET \/ 2\n142\n$/);
});

it('tells a plain request from a TLS one', () => {
  const world = worldWith({ port: 6443, http: HTTP, tls: { certificates: '' } });
  expect(world.run('exec 3<>/dev/tcp/127.0.0.1/6443; echo GET / >&3; cat <&3').stdout).toBe(
    'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n',
  );
});

it('is a stream to a program that takes connections', () => {
  const accepted: Stream[] = [];
  const world = worldWith({ port: 7000, accept: (stream) => void accepted.push(stream) });
  world.host.init.fork(
    function* (context) {
      while (accepted.length === 0) yield* context.sleep(1);
      const [stream] = accepted as [Stream];
      for (;;) {
        const piece = stream.read(100);
        if (piece === '') break;
        if (piece === undefined) yield* waitOn([stream.readable]);
        else stream.write(piece.toUpperCase());
        if (piece?.includes('bye')) break;
      }
      stream.end();
      return 0;
    },
    { args: ['server'] },
  );
  const { stdout } = world.run(
    'exec 3<>/dev/tcp/127.0.0.1/7000; echo hello >&3; read -r a <&3; echo bye >&3; echo "$a; $(cat <&3)"',
  );
  expect(stdout).toBe('HELLO; BYE\n');
});

it.each([
  ['/dev/tcp/127.0.0.1/81', 'connect: Connection refused', 'Connection refused'],
  ['/dev/tcp/127.0.0.1/what', 'what: Servname not supported for ai_socktype', 'Invalid argument'],
])('says why it cannot connect: %s', (path, why, reason) => {
  const { stderr, stdout } = worldWith().run(`echo x 2>&1 >${path}; echo $?`);
  expect(stderr).toMatch(new RegExp(`^(.*: )${why}\n\\1${path}: ${reason}\n$`));
  expect(stdout).toBe('1\n');
});

it('has a port scan loop find what listens', () => {
  const world = worldWith({ port: 80, http: HTTP });
  const scan = 'for p in 79 80 81; do (echo > /dev/tcp/127.0.0.1/$p) 2>/dev/null && echo "$p open"; done';
  expect(world.run(scan).stdout).toBe('80 open\n');
});
