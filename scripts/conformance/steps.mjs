// A session of commands with a real client, each with what it must print; counts what holds.
import { spawnSync } from 'node:child_process';

export class Session {
  #failed = 0;
  #passed = 0;

  constructor({ cwd, env }) {
    this.cwd = cwd;
    this.env = env;
  }

  /** Runs a command; what it prints must match every pattern, and it must end as told. */
  run(command, patterns = [], { exit = 0 } = {}) {
    const done = spawnSync('timeout', ['90', 'bash', '-c', `${command} 2>&1`], {
      cwd: this.cwd,
      env: this.env,
      encoding: 'utf8',
    });
    const missing = patterns.filter((pattern) => !pattern.test(done.stdout));
    this.check(command, done.status === exit && missing.length === 0, () =>
      [`exit ${done.status}, wanted ${exit}`, ...missing.map((one) => `not there: ${one}`), done.stdout].join(
        '\n',
      ),
    );
    return done.stdout;
  }

  check(what, holds, explain = () => '') {
    if (holds) this.#passed++;
    else {
      this.#failed++;
      console.log(`not as it should be: ${what}\n${explain()}\n`);
    }
  }

  /** Prints the count; the exit code of the script tells whether all held. */
  finish(name) {
    console.log(`${name}: ${this.#passed}/${this.#passed + this.#failed}`);
    if (this.#failed > 0) process.exitCode = 1;
  }
}
