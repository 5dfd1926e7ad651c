package dev.countersign.cli.console;

/// What the shell is told.
public final class ExitCode {
  public static final int DONE = 0;

  /// Something that was looked at is wrong, or the world failed.
  public static final int SOMETHING_WRONG = 1;

  /// The command, or a file that it was given, is not as it must be.
  public static final int NOT_UNDERSTOOD = 2;

  /// As a shell has it for a process that Ctrl-C ended.
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
