package dev.countersign.kernel.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A statement that yields rows.
public final class Query extends Bound<Query> {

  Query(TenantTransaction transaction, String sql) {
    super(transaction, sql);
  }

  @Override
  Query self() {
    return this;
  }

  /// Makes something of the row on which `row` stands.
  @FunctionalInterface
  public interface Row<T> {
    /// @param number of the row, from 0
    T read(ResultSet row, int number) throws SQLException;
  }

  /// What is to be made of each row; a row of which nothing is made is left out.
  public <T> Rows<T> map(Row<T> row) {
    return new Rows<>((found, number) -> Optional.ofNullable(row.read(found, number)));
  }

  /// The only column of each row; a row in which it is null is left out.
  public <T> Rows<T> mapTo(Class<T> type) {
    return new Rows<>((row, _) -> {
      var value = column(row, type);
      return row.wasNull() ? Optional.empty() : Optional.ofNullable(type.cast(value));
    });
  }

  private static @Nullable Object column(ResultSet row, Class<?> type) throws SQLException {
    if (type == Long.class) {
      return row.getLong(1);
    } else if (type == Integer.class) {
      return row.getInt(1);
    } else if (type == Boolean.class) {
      return row.getBoolean(1);
    } else if (type == String.class) {
      return row.getString(1);
    } else if (type == byte[].class) {
      return row.getBytes(1);
    }
    return row.getObject(1, type);
  }

  /// The rows. The statement runs when they are first asked for, after everything that was left for
  /// later; then [DatabaseFailure] may be thrown.
  public final class Rows<T> {
    private final Row<Optional<T>> row;
    private @Nullable List<T> found;
    private boolean ahead;

    private Rows(Row<Optional<T>> row) {
      this.row = row;
    }

    /// Leaves the question for later: it is sent with the next statement that somebody waits for,
    /// in the order in which statements were given.
    public Rows<T> ahead() {
      ahead = true;
      transaction.pipeline().defer(step());
      return this;
    }

    public List<T> list() {
      if (found == null) {
        if (ahead) {
          transaction.pipeline().flush();
        } else {
          transaction.pipeline().send(step());
        }
      }
      return Objects.requireNonNull(found);
    }

    private Pipeline.Step step() {
      return new Pipeline.Step(Query.this, this::take);
    }

    private void take(PreparedStatement statement) throws SQLException {
      var read = new ArrayList<T>();
      try (var rows = statement.getResultSet()) {
        for (int number = 0; rows.next(); number++) {
          row.read(rows, number).ifPresent(read::add);
        }
      }
      found = read;
    }

    /// The only row, if there is one.
    public Optional<T> findOne() {
      if (list().size() > 1) {
        throw new IllegalStateException("more than one row: " + sql.text());
      }
      return findFirst();
    }

    /// The first row, if there is one.
    public Optional<T> findFirst() {
      return list().stream().findFirst();
    }

    public T one() {
      return findOne().orElseThrow(() -> new IllegalStateException("no row: " + sql.text()));
    }
  }
}
