import type { Steps } from '../../sim/index.ts';
import { decodeEscapes } from '../expand/escapes.ts';
import { evaluateText } from '../interpreter/assign.ts';
import type { Builtin, Call } from '../interpreter/builtin.ts';
import { CommandAbort, FunctionReturn, LoopJump, ShellError, ShellExit } from '../interpreter/flow.ts';

export const colon: Builtin = { name: ':', synopsis: ':', run: () => succeed() };
export const trueBuiltin: Builtin = { name: 'true', synopsis: 'true', run: () => succeed() };
export const falseBuiltin: Builtin = {
  name: 'false',
  synopsis: 'false',
  *run() {
    return 1;
  },
};

function* succeed(): Steps<number> {
  return 0;
}

export const echo: Builtin = {
  name: 'echo',
  synopsis: 'echo [-neE] [arg ...]',
  *run({ shell, args, out }) {
    let newline = true;
    const dash = shell.dialect.name === 'dash';
    let escapes = shell.options.shopt('xpg_echo') || dash;
    let first = 0;
    while (/^-[neE]+$/.test(args[first] ?? '') && (!dash || args[first] === '-n')) {
      for (const letter of (args[first] as string).slice(1)) {
        if (letter === 'n') newline = false;
        else escapes = letter === 'e';
      }
      first++;
    }
    let text = args.slice(first).join(' ');
    if (escapes) {
      const decoded = decodeEscapes(text, 'echo');
      text = decoded.text;
      if (decoded.stop) newline = false;
    }
    yield* out(newline ? `${text}\n` : text);
    return 0;
  },
};

/** The number of `exit`, `return`: undefined when there is none, complaints are printed. */
function* statusArgument(call: Call): Steps<number | undefined> {
  const args = call.args[0] === '--' ? call.args.slice(1) : call.args;
  const [text] = args;
  if (text === undefined) return undefined;
  if (!/^\s*[-+]?\d+\s*$/.test(text)) {
    yield* call.fail(`${text}: numeric argument required`);
    return 2;
  }
  if (args.length > 1) {
    yield* call.fail('too many arguments');
    return Number.NaN;
  }
  return Number(BigInt.asUintN(8, BigInt(text.trim().replace(/^\+/, ''))));
}

export const exit: Builtin = {
  name: 'exit',
  synopsis: 'exit [n]',
  *run(call) {
    const { shell } = call;
    if (shell.interactive) {
      if (shell.dialect.name === 'bash') yield* shell.stderr(shell.login ? 'logout\n' : 'exit\n');
      const stopped = shell.jobs.list().some((job) => job.state === 'stopped');
      if (stopped && !shell.warnedOfJobs) {
        yield* shell.stderr('There are stopped jobs.\n');
        shell.warnedOfJobs = true;
        return 1;
      }
    }
    const status = yield* statusArgument(call);
    if (Number.isNaN(status)) throw new CommandAbort(1, false);
    throw new ShellExit(status ?? shell.status);
  },
};

export const logout: Builtin = {
  name: 'logout',
  synopsis: 'logout [n]',
  *run(call) {
    if (!call.shell.login) return yield* call.fail("not login shell: use `exit'");
    return yield* exit.run(call);
  },
};

export const returnBuiltin: Builtin = {
  name: 'return',
  synopsis: 'return [n]',
  *run(call) {
    if (call.shell.frames.length === 0) {
      return yield* call.fail("can only `return' from a function or sourced script", 2);
    }
    const status = yield* statusArgument(call);
    if (Number.isNaN(status)) throw new CommandAbort(1, false);
    throw new FunctionReturn(status ?? call.shell.status);
  },
};

function jump(kind: 'break' | 'continue'): Builtin {
  return {
    name: kind,
    synopsis: `${kind} [n]`,
    *run(call) {
      if (call.shell.loopDepth === 0) {
        yield* call.shell.error(`${kind}: only meaningful in a \`for', \`while', or \`until' loop`);
        return 0;
      }
      const [text = '1'] = call.args;
      if (!/^[-+]?\d+$/.test(text)) {
        yield* call.fail(`${text}: numeric argument required`);
        throw new ShellExit(128);
      }
      if (call.args.length > 1) {
        yield* call.fail('too many arguments');
        throw new LoopJump('break', 1);
      }
      const levels = Number(text);
      if (levels <= 0) {
        yield* call.fail(`${text}: loop count out of range`);
        throw new LoopJump('break', call.shell.loopDepth, 1);
      }
      throw new LoopJump(kind, Math.min(levels, call.shell.loopDepth));
    },
  };
}

export const breakBuiltin = jump('break');
export const continueBuiltin = jump('continue');

export const shift: Builtin = {
  name: 'shift',
  synopsis: 'shift [n]',
  *run(call) {
    const { shell, args } = call;
    const [text = '1'] = args;
    if (!/^[-+]?\d+$/.test(text)) return yield* call.fail(`${text}: numeric argument required`);
    const count = Number(text);
    if (count < 0) return yield* call.fail(`${text}: shift count out of range`);
    if (count > shell.positional.length) {
      if (shell.options.shopt('shift_verbose')) yield* call.fail(`${text}: shift count out of range`);
      return 1;
    }
    shell.positional = shell.positional.slice(count);
    return 0;
  },
};

export const letBuiltin: Builtin = {
  name: 'let',
  synopsis: 'let arg [arg ...]',
  *run(call) {
    if (call.args.length === 0) return yield* call.fail('expression expected');
    let value: number | bigint = 0;
    for (const text of call.args) {
      try {
        value = evaluateText(call.shell, text);
      } catch (error) {
        if (error instanceof ShellError && !error.message.endsWith('readonly variable')) {
          return yield* call.fail(error.message);
        }
        throw error;
      }
    }
    return value ? 0 : 1;
  },
};
