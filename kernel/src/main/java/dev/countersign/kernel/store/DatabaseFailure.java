package dev.countersign.kernel.store;

import java.sql.SQLException;

/// The database could not do what was asked; nothing was committed, or it is unknown.
///
/// Sealed, so that whoever catches it can say whether a repetition may help.
public abstract sealed class DatabaseFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final String DEADLOCK = "40P01";

  private DatabaseFailure(String message, Throwable cause) {
    super(message, cause);
  }

  /// Not reachable, too busy, or the transaction lost to another one: a repetition may help.
  public static sealed class Unavailable extends DatabaseFailure {
    private static final long serialVersionUID = 1;

    public Unavailable(Throwable cause) {
      super("the database is not available", cause);
    }
  }

  /// The transaction and others waited for each other, and the database ended this one: a
  /// repetition helps.
  public static final class Deadlocked extends Unavailable {
    private static final long serialVersionUID = 1;

    private Deadlocked(Throwable cause) {
      super(cause);
    }
  }

  /// A statement is wrong, or a constraint that the code should have known was broken: a bug.
  public static final class Broken extends DatabaseFailure {
    private static final long serialVersionUID = 1;

    public Broken(Throwable cause) {
      super("the database refused a statement", cause);
    }
  }

  /// Sorts an error by its SQLSTATE: classes 08, 40, 53, 57 and 55P03 pass; so does a broken
  /// socket.
  public static DatabaseFailure of(SQLException error) {
    String state = error.getSQLState();
    if (DEADLOCK.equals(state)) {
      return new Deadlocked(error);
    }
    boolean passing =
        state == null
            || state.startsWith("08")
            || state.startsWith("40")
            || state.startsWith("53")
            || state.startsWith("57")
            || state.startsWith("25P03")
            || state.equals("55P03");
    return passing ? new Unavailable(error) : new Broken(error);
  }
}
