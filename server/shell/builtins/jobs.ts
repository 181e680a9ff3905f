import { capable } from '../../host/index.ts';
import { parseSignal, SIGNALS, type Signal, type Steps } from '../../sim/index.ts';
import { type Builtin, badOptions, type Call, parseOptions } from '../interpreter/builtin.ts';
import { continueJob, jobLine, resumeForeground, waitChange } from '../interpreter/job-control.ts';
import { type Job, jobStatus } from '../interpreter/jobs.ts';
import type { Shell } from '../interpreter/shell.ts';

/** Finds the job of an argument; complains and returns undefined when there is none. */
function* jobOf(call: Call, spec: string | undefined): Steps<Job | undefined> {
  const { jobs } = call.shell;
  jobs.update();
  const found = jobs.resolve(spec ?? '%%');
  if (found === 'ambiguous') {
    yield* call.fail(`${spec}: ambiguous job spec`);
    return undefined;
  }
  if (!found) yield* call.fail(`${spec ?? 'current'}: no such job`);
  return found;
}

/** `jobs -x`: a command, with the process group in the place of each job that is named. */
function* runWithJobs(call: Call, words: readonly string[]): Steps<number> {
  const { shell } = call;
  shell.jobs.update();
  const named = words.map((word) => {
    const job = word.startsWith('%') ? shell.jobs.resolve(word) : undefined;
    return String((job !== 'ambiguous' && job?.processes[0]?.process.nspid) || word);
  });
  if (named.length === 0) return 0;
  return yield* shell.engine.invoke(shell, named, { functions: true });
}

export const jobs: Builtin = {
  name: 'jobs',
  synopsis: 'jobs [-lnprs] [jobspec ...] or jobs -x command [args]',
  *run(call) {
    const { shell } = call;
    if (call.args[0] === '-x') return yield* runWithJobs(call, call.args.slice(1));
    const options = parseOptions(call.args, 'lnprs');
    const bad = yield* badOptions(call, options);
    if (bad !== undefined) return bad;
    const { letters, rest } = options;
    shell.jobs.update();
    let status = 0;
    let listed: Job[] = [...shell.jobs.list()];
    if (rest.length > 0) {
      listed = [];
      for (const spec of rest) {
        const job = yield* jobOf(call, spec);
        if (job) listed.push(job);
        else status = 1;
      }
    }
    for (const job of listed) {
      if (letters.has('r') && job.state !== 'running') continue;
      if (letters.has('s') && job.state !== 'stopped') continue;
      if (letters.has('n') && job.notified) continue;
      yield* call.out(
        letters.has('p')
          ? `${job.processes[0]?.process.nspid}\n`
          : `${jobLine(shell, job, letters.has('l'))}\n`,
      );
      job.notified = true;
    }
    for (const job of listed) if (job.state === 'done') shell.jobs.remove(job);
    return status;
  },
};

export const fg: Builtin = {
  name: 'fg',
  synopsis: 'fg [job_spec]',
  *run(call) {
    const { shell } = call;
    if (!shell.options.on('monitor')) return yield* call.fail('no job control');
    const job = yield* jobOf(call, call.args[0]);
    if (!job) return 1;
    if (job.state === 'done') return yield* call.fail('job has terminated');
    yield* call.out(`${job.text}\n`);
    return yield* resumeForeground(shell, job);
  },
};

export const bg: Builtin = {
  name: 'bg',
  synopsis: 'bg [job_spec ...]',
  *run(call) {
    const { shell } = call;
    if (!shell.options.on('monitor')) return yield* call.fail('no job control');
    let status = 0;
    for (const spec of call.args.length > 0 ? call.args : [undefined]) {
      const job = yield* jobOf(call, spec);
      if (!job) status = 1;
      else if (job.state === 'running') yield* call.fail(`job ${job.id} already in background`);
      else {
        continueJob(shell, job);
        const mark = job === shell.jobs.current() ? '+' : job === shell.jobs.current(1) ? '-' : ' ';
        yield* call.out(`[${job.id}]${mark} ${job.text} &\n`);
      }
    }
    return status;
  },
};

export const disown: Builtin = {
  name: 'disown',
  synopsis: 'disown [-h] [-ar] [jobspec ... | pid ...]',
  *run(call) {
    const { shell } = call;
    const options = parseOptions(call.args, 'har');
    const bad = yield* badOptions(call, options);
    if (bad !== undefined) return bad;
    const { letters, rest } = options;
    let chosen: Job[] = [];
    if (rest.length === 0 && (letters.has('a') || letters.has('r'))) {
      chosen = shell.jobs.list().filter((job) => !letters.has('r') || job.state === 'running');
    } else {
      for (const spec of rest.length > 0 ? rest : [undefined]) {
        const byPid = spec !== undefined && /^\d+$/.test(spec) ? shell.jobs.byPid(Number(spec)) : undefined;
        const job = byPid ?? (yield* jobOf(call, spec));
        if (!job) return 1;
        chosen.push(job);
      }
    }
    for (const job of chosen) {
      if (letters.has('h')) job.noHup = true;
      else shell.jobs.remove(job);
    }
    return 0;
  },
};

export const suspend: Builtin = {
  name: 'suspend',
  synopsis: 'suspend [-f]',
  *run(call) {
    const options = parseOptions(call.args, 'f');
    const bad = yield* badOptions(call, options);
    if (bad !== undefined) return bad;
    if (!call.shell.options.on('monitor') && !options.letters.has('f')) {
      return yield* call.fail('cannot suspend: no job control');
    }
    if (call.shell.login && !options.letters.has('f'))
      return yield* call.fail('cannot suspend a login shell');
    call.shell.context.process.signal('STOP');
    yield* call.shell.context.sleep(0);
    return 0;
  },
};

export const wait: Builtin = {
  name: 'wait',
  synopsis: 'wait [-fn] [-p var] [id ...]',
  *run(call) {
    const { shell } = call;
    const options = parseOptions(call.args, 'fn', 'p');
    const bad = yield* badOptions(call, options);
    if (bad !== undefined) return bad;
    const { letters, values, rest } = options;
    const variable = values.get('p');
    if (variable !== undefined) shell.variables.delete(variable);
    if (letters.has('n')) return yield* waitNext(call, rest, variable);
    if (rest.length === 0) return yield* waitAll(shell);
    let status = 0;
    for (const id of rest) status = yield* waitOne(call, id, variable);
    return status;
  },
};

/** 128 + the signal that interrupted a wait. */
function interruptedStatus(signal: Signal | undefined): number {
  return 128 + (signal ? SIGNALS[signal] : 0);
}

/** Waits until `done`; otherwise the status of an interruption by a trapped signal. */
function* waitUntil(shell: Shell, done: () => boolean): Steps<number | undefined> {
  for (;;) {
    shell.jobs.update();
    if (done()) return undefined;
    const signal = shell.pendingTraps[0];
    if (!(yield* waitChange(shell))) return interruptedStatus(signal ?? shell.lastTrapped);
    if (shell.spend()) yield* shell.pause();
  }
}

function* waitAll(shell: Shell): Steps<number> {
  const { lastSubstitution: last } = shell;
  const substitution = last && last.nspid === shell.lastBackground ? last : undefined;
  const interrupted = yield* waitUntil(
    shell,
    () => !substitution?.alive && shell.jobs.list().every((job) => job.foreign || job.state !== 'running'),
  );
  if (interrupted !== undefined) return interrupted;
  for (const job of [...shell.jobs.list()]) {
    if (job.state !== 'done') continue;
    if (shell.options.on('monitor') && !job.notified) yield* shell.stderr(`${jobLine(shell, job)}\n`);
    shell.jobs.remove(job);
  }
  return 0;
}

function* waitOne(call: Call, id: string, variable: string | undefined): Steps<number> {
  const { shell } = call;
  let job: Job | undefined;
  if (id.startsWith('%')) {
    job = yield* jobOf(call, id);
    if (!job) return 127;
  } else {
    if (!/^\d+$/.test(id)) {
      return yield* call.fail(`\`${id}': not a pid or valid job spec`);
    }
    job = shell.jobs.byPid(Number(id));
    const finished = shell.jobs.finished.get(Number(id));
    if (!job && finished !== undefined) return finished;
    if (!job) return yield* call.fail(`pid ${id} is not a child of this shell`, 127);
  }
  const waited = job;
  const interrupted = yield* waitUntil(shell, () => waited.state !== 'running');
  if (interrupted !== undefined) return interrupted;
  return yield* finish(call, waited, variable);
}

function* finish(call: Call, job: Job, variable: string | undefined): Steps<number> {
  const { shell } = call;
  if (variable !== undefined) shell.variables.put(variable, String(job.processes.at(-1)?.process.nspid));
  if (job.state === 'done') {
    if (shell.interactive) yield* shell.stderr(`${jobLine(shell, job)}\n`);
    shell.jobs.remove(job);
  }
  return jobStatus(job);
}

function* waitNext(call: Call, ids: readonly string[], variable: string | undefined): Steps<number> {
  const { shell } = call;
  shell.jobs.update();
  const chosen: Job[] = [];
  for (const id of ids) {
    const job = id.startsWith('%') ? yield* jobOf(call, id) : shell.jobs.byPid(Number(id));
    if (job) chosen.push(job);
  }
  const watched = (ids.length > 0 ? chosen : [...shell.jobs.list()]).filter((job) => !job.foreign);
  if (watched.length === 0) return 127;
  const interrupted = yield* waitUntil(shell, () => watched.some((job) => job.state !== 'running'));
  if (interrupted !== undefined) return interrupted;
  return yield* finish(call, watched.find((job) => job.state !== 'running') as Job, variable);
}

export const kill: Builtin = {
  name: 'kill',
  synopsis: 'kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]',
  *run(call) {
    let args = call.args;
    let signal: Signal | undefined | 0 = 'TERM';
    const [first] = args;
    if (first === undefined) return yield* call.usage();
    if (first === '-l' || first === '-L') return yield* listSignals(call, args.slice(1));
    if (first === '-s' || first === '-n') {
      const name = args[1];
      if (name === undefined) return yield* call.fail(`${first}: option requires an argument`);
      signal = name === '0' ? 0 : parseSignal(name);
      if (signal === undefined) return yield* call.fail(`${name}: invalid signal specification`);
      args = args.slice(2);
    } else if (/^-./.test(first) && first !== '--') {
      signal = first === '-0' ? 0 : parseSignal(first.slice(1));
      if (signal === undefined) return yield* call.fail(`${first.slice(1)}: invalid signal specification`);
      args = args.slice(1);
    }
    if (args[0] === '--') args = args.slice(1);
    if (args.length === 0) return yield* call.usage();
    let status = 1;
    for (const target of args) if ((yield* killOne(call, target, signal)) === 0) status = 0;
    yield* call.shell.context.sleep(0);
    return status;
  },
};

function* listSignals(call: Call, names: readonly string[]): Steps<number> {
  const all = Object.entries(SIGNALS);
  if (names.length === 0) {
    const rows: string[] = [];
    const realtime = Array.from({ length: 31 }, (_, i) => i + 34).map((n): [string, number] => [
      n === 34 ? 'RTMIN' : n === 64 ? 'RTMAX' : n < 50 ? `RTMIN+${n - 34}` : `RTMAX-${64 - n}`,
      n,
    ]);
    const cells = [...all, ...realtime].map(([name, number]) => `${String(number).padStart(2)}) SIG${name}`);
    for (let i = 0; i < cells.length; i += 5)
      rows.push(`${cells.slice(i, i + 5).join('\t')}${i + 5 >= cells.length ? '\t' : ''}`);
    yield* call.out(`${rows.join('\n')}\n`);
    return 0;
  }
  let status = 0;
  for (const name of names) {
    if (/^\d+$/.test(name)) {
      const number = Number(name) > 128 ? Number(name) - 128 : Number(name);
      const found = number === 0 ? 'EXIT' : all.find(([, n]) => n === number)?.[0];
      if (found) yield* call.out(`${found}\n`);
      else status = yield* call.fail(`${name}: invalid signal specification`);
    } else {
      const signal = parseSignal(name);
      if (signal) yield* call.out(`${SIGNALS[signal]}\n`);
      else status = yield* call.fail(`${name}: invalid signal specification`);
    }
  }
  return status;
}

function* killOne(call: Call, target: string, signal: Signal | 0): Steps<number> {
  const { shell } = call;
  if (target.startsWith('%')) {
    const job = yield* jobOf(call, target);
    if (!job) return 1;
    if (signal !== 0) {
      if (job.controlled) shell.context.host.processes.signalGroup(job.group, signal);
      else for (const { process } of job.processes) process.signal(signal);
      if (job.state === 'stopped' && (signal === 'TERM' || signal === 'HUP')) continueJob(shell, job);
    }
    return 0;
  }
  if (!/^-?\d+$/.test(target)) {
    return yield* call.fail(`${target}: arguments must be process or job IDs`);
  }
  return yield* killPid(call, Number(target), signal);
}

function* killPid(call: Call, pid: number, signal: Signal | 0): Steps<number> {
  const { process, host, credentials } = call.shell.context;
  const members = process.namespace.members;
  const targets =
    pid > 0
      ? [members.get(pid)]
      : [...members.values()].filter((other) =>
          pid === 0
            ? other.group === process.group
            : pid === -1
              ? other.nspid > 1
              : other.pid === -pid || other.group === -pid,
        );
  const alive = targets.filter((other) => other?.state !== 'dead' && other !== undefined);
  if (alive.length === 0) return yield* call.fail(`(${pid}) - No such process`);
  for (const other of alive) {
    if (!capable(credentials, 'KILL') && other?.uid !== credentials.uid) {
      return yield* call.fail(`(${pid}) - Operation not permitted`);
    }
    if (signal !== 0 && other) host.processes.signal(other, signal);
  }
  return 0;
}
