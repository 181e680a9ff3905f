import { parse } from 'yaml';
import {
  bodyText,
  type Duplex,
  decode,
  encode,
  type HttpRequest,
  type HttpResponse,
  type HttpStream,
  httpRequest,
} from '../host/index.ts';
import { certificateForKey, generateEcKey, type KeyPair } from '../host/pki/index.ts';
import { controlPlane } from './api-reader.ts';
import type { Pace, Paced } from './pace.ts';
import type { World } from './world.ts';

/** A request from outside the simulation. */
export interface OuterRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
  /** Client certificates, PEM. */
  readonly certificates: readonly string[];
}

/** What an answer that goes on is told to. */
export interface Sink {
  write(bytes: Uint8Array): void;
  end(): void;
}

const YEAR_MS = 365 * 24 * 3_600_000;

/** The way from outside into the API server of a world that follows the wall clock. */
export class ApiBridge {
  readonly #world: World;
  readonly #pace: Pace;
  readonly #paced: Paced;

  constructor(world: World, pace: Pace, paced: Paced) {
    this.#world = world;
    this.#pace = pace;
    this.#paced = paced;
  }

  /** Sends a request through the world's network. Throws `SystemError` when nobody answers. */
  send(outer: OuterRequest): HttpResponse {
    const host = controlPlane(this.#world);
    const address = host.network.primaryAddress() ?? '127.0.0.1';
    const { certificates } = outer;
    this.#pace.nudge(this.#paced);
    return httpRequest(host.network, { address, port: 6443, certificates }, innerRequest(outer));
  }

  /** The whole body of an answer that does not go on. */
  body(response: HttpResponse): Uint8Array {
    return encode(bodyText(response));
  }

  /** Passes on what comes, until the stream ends. Returns what ends it from this side. */
  pump(stream: HttpStream, sink: Sink): () => void {
    let stopped = false;
    const go = () => {
      if (stopped) return;
      for (let piece = stream.next(); piece !== undefined; piece = stream.next()) {
        sink.write(encode(typeof piece === 'string' ? piece : `${JSON.stringify(piece)}\n`));
      }
      if (stream.ended) sink.end();
      else stream.ready.subscribe(go);
    };
    go();
    return () => {
      stopped = true;
      stream.close();
      this.#pace.nudge(this.#paced);
    };
  }

  /** Joins frames of exec, attach and port-forward with a WebSocket. */
  join(duplex: Duplex, socket: { frame(channel: number, bytes: Uint8Array): void; end(): void }) {
    const go = () => {
      for (let frame = duplex.receive(); frame; frame = duplex.receive()) {
        socket.frame(frame.channel, encode(frame.data));
      }
      if (duplex.ended) socket.end();
      else duplex.ready.subscribe(go);
    };
    go();
    return {
      frame: (channel: number, bytes: Uint8Array) => {
        this.#pace.nudge(this.#paced);
        duplex.send(channel, decode(bytes));
      },
      close: () => {
        this.#pace.nudge(this.#paced);
        duplex.close();
      },
    };
  }
}

/** Certificates that let clients outside talk to the world: signed by the cluster's own CA. */
export function endpointCertificates(
  world: World,
  nowMs: number,
): { ca: string; serving: KeyPair; admin: KeyPair } {
  const { fs } = controlPlane(world).init;
  const ca = fs.read('/etc/kubernetes/pki/ca.crt');
  const random = world.random.fork('endpoint');
  const serving = certificateForKey(
    {
      subject: { commonName: 'kube-apiserver' },
      dnsNames: ['localhost'],
      ipAddresses: ['127.0.0.1'],
      keyUsages: ['digital signature', 'key encipherment'],
      extendedUsages: ['server auth'],
      notBefore: nowMs - 60_000,
      notAfter: nowMs + YEAR_MS,
      random,
    },
    generateEcKey(random),
    { certificate: ca, key: fs.read('/etc/kubernetes/pki/ca.key') },
  );
  const config = parse(fs.read('/etc/kubernetes/admin.conf')) as {
    users: { user: Record<string, string> }[];
  };
  const user = config.users[0]?.user ?? {};
  const part = (name: string) => Buffer.from(user[name] ?? '', 'base64').toString('utf8');
  return {
    ca,
    serving,
    admin: { certificate: part('client-certificate-data'), key: part('client-key-data') },
  };
}

/** A kubeconfig for the endpoint, with the administrator's certificate or a token that stands for it. */
export function endpointKubeconfig(server: string, ca: string, user: KeyPair | { token: string }): string {
  const data = (text: string) => Buffer.from(text).toString('base64');
  const credentials =
    'token' in user
      ? `token: ${user.token}`
      : `client-certificate-data: ${data(user.certificate)}\n    client-key-data: ${data(user.key)}`;
  return `apiVersion: v1
kind: Config
clusters:
- name: kubernetes
  cluster:
    certificate-authority-data: ${data(ca)}
    server: ${server}
contexts:
- name: kubernetes-admin@kubernetes
  context:
    cluster: kubernetes
    user: kubernetes-admin
current-context: kubernetes-admin@kubernetes
users:
- name: kubernetes-admin
  user:
    ${credentials}
`;
}

function innerRequest({ method, path, headers, body }: OuterRequest): HttpRequest {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    // HTTP/2 sends the request line as headers that start with a colon.
    if (value !== undefined && !name.startsWith(':'))
      plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { method, path, headers: plain, ...(body.length > 0 ? { body: decode(body) } : {}) };
}
