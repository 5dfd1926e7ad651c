package dev.countersign.cli.console;

import org.jspecify.annotations.Nullable;

/// Why a command ends without its result: one line for people and one that hints what to do.
public abstract sealed class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String hint;

  private CommandFailure(String what, String hint, @Nullable Throwable cause) {
    super(what, cause);
    this.hint = hint;
  }

  /// What to do about it.
  public String hint() {
    return hint;
  }

  /// What the shell is told.
  public abstract int exitCode();

  /// The command or a file it was given is not as it must be: the same call never works.
  public static final class NotUsable extends CommandFailure {
    private static final long serialVersionUID = 1;

    public NotUsable(String what, String hint) {
      super(what, hint, null);
    }

    @Override
    public int exitCode() {
      return ExitCode.NOT_UNDERSTOOD;
    }
  }

  /// The world failed, or what was looked at is wrong.
  public static final class Failed extends CommandFailure {
    private static final long serialVersionUID = 1;

    public Failed(String what, String hint) {
      super(what, hint, null);
    }

    public Failed(String what, String hint, Throwable cause) {
      super(what, hint, cause);
    }

    @Override
    public int exitCode() {
      return ExitCode.SOMETHING_WRONG;
    }
  }

  /// Somebody pressed Ctrl-C.
  public static final class Interrupted extends CommandFailure {
    private static final long serialVersionUID = 1;

    public Interrupted(String hint) {
      super("stopped", hint, null);
    }

    @Override
    public int exitCode() {
      return ExitCode.INTERRUPTED;
    }
  }
}
