package dev.countersign.postgres;

import java.io.Serial;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The database cannot be had. The message is one line: what is wrong, then what to do about it.
public abstract sealed class PostgresUnavailable extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  private final String hint;

  private PostgresUnavailable(String what, String hint, @Nullable Throwable cause) {
    super(what + "; " + hint, cause);
    this.hint = hint;
  }

  /// What to do about it.
  public String hint() {
    return hint;
  }

  /// Whether the same start may succeed later with nothing changed by hand.
  public abstract boolean retryHelps();

  /// Another process, or another part of this one, uses the directory.
  public static final class InUse extends PostgresUnavailable {
    @Serial private static final long serialVersionUID = 1L;
    private final long pid;

    InUse(Path directory, OptionalLong pid) {
      super(
          "the data directory `%s` is in use by %s"
              .formatted(
                  directory,
                  pid.isPresent() ? "the server with pid " + pid.getAsLong() : "another server"),
          "stop that server, or use another data directory",
          null);
      this.pid = pid.orElse(-1);
    }

    /// Who holds the directory, where that is known.
    public OptionalLong pid() {
      return pid < 0 ? OptionalLong.empty() : OptionalLong.of(pid);
    }

    @Override
    public boolean retryHelps() {
      return true;
    }
  }

  /// This machine or user cannot run the database that we bring along.
  public static final class Unsupported extends PostgresUnavailable {
    @Serial private static final long serialVersionUID = 1L;

    Unsupported(String what, String hint) {
      super(what, hint, null);
    }

    @Override
    public boolean retryHelps() {
      return false;
    }
  }

  /// The database runs, but would not keep what it answers; it was stopped again.
  public static final class Unsafe extends PostgresUnavailable {
    @Serial private static final long serialVersionUID = 1L;

    Unsafe(String what, String hint) {
      super(what, hint, null);
    }

    @Override
    public boolean retryHelps() {
      return false;
    }
  }

  /// A file, a program or the database itself failed.
  public static final class Failed extends PostgresUnavailable {
    @Serial private static final long serialVersionUID = 1L;

    Failed(String what, String hint) {
      super(what, hint, null);
    }

    Failed(String what, String hint, Throwable cause) {
      super(what, hint, cause);
    }

    @Override
    public boolean retryHelps() {
      return true;
    }
  }
}
