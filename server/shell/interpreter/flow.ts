/**
 * What is thrown to carry control through the interpreter. Jumps are no `Error`s: they are many, and a stack trace that
 * nobody reads is dear.
 */

/** `break N` or `continue N`, caught by loops. */
export class LoopJump {
  readonly kind: 'break' | 'continue';
  levels: number;
  /** What `$?` is after the loop. */
  readonly status: number;

  constructor(kind: 'break' | 'continue', levels: number, status = 0) {
    this.kind = kind;
    this.levels = levels;
    this.status = status;
  }
}

/** `return`, caught by function calls and `source`. */
export class FunctionReturn {
  readonly status: number;

  constructor(status: number) {
    this.status = status;
  }
}

/** `exit`, errexit, and errors that end a non-interactive shell. */
export class ShellExit {
  readonly status: number;

  constructor(status: number) {
    this.status = status;
  }
}

/** An expansion or assignment failed: the message was printed, the current line is dropped. */
export class CommandAbort {
  readonly status: number;
  /** True: a non-interactive shell ends. */
  readonly fatal: boolean;

  constructor(status: number, fatal: boolean) {
    this.status = status;
    this.fatal = fatal;
  }
}

/** Something that bash reports as `bash: line N: message`, dropping the current line of commands. */
export class ShellError extends Error {
  readonly status: number;
  /** True: a non-interactive shell ends. */
  readonly fatal: boolean;

  constructor(message: string, status = 1, fatal = false) {
    super(message);
    this.status = status;
    this.fatal = fatal;
  }
}

/** An expression that a built-in had to evaluate makes no sense: unlike its other failures, it drops the whole line. */
export class ExpressionError extends ShellError {}

/** ^C at an interactive shell: back to the prompt. */
export class Interrupted {
  /** It came while the shell itself was busy: the cursor stands after a `^C`. */
  readonly busy: boolean;

  constructor(busy = false) {
    this.busy = busy;
  }
}

/** A redirection failed: only its command is dropped. */
export class RedirectError extends ShellError {}

/** An operand of `[[ … ]]` makes no sense: the test fails, what follows goes on. */
export class TestError extends ShellError {}
