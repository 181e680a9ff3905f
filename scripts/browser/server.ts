import { type ChildProcess, spawn } from 'node:child_process';

const MAIN = process.env['EXAMLET_MAIN'] ?? 'server/bin.mjs';

/** A server of the product that can be ended suddenly and started again on the same data. */
export class TestServer {
  readonly base: string;
  readonly #port: number;
  readonly #data: string;
  #process: ChildProcess | undefined;

  constructor(port: number, data: string) {
    this.base = `http://127.0.0.1:${port}`;
    this.#port = port;
    this.#data = data;
  }

  start(): Promise<void> {
    const args = [MAIN, 'serve', '--port', String(this.#port), '--data', this.#data];
    const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = server;
    return new Promise((resolve, reject) => {
      server.stdout?.on('data', (chunk) => String(chunk).includes('Examlet is at') && resolve());
      server.on('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
  }

  /** As a power cut: nothing can be saved. */
  kill(): void {
    this.#process?.removeAllListeners('exit');
    this.#process?.kill('SIGKILL');
  }
}
