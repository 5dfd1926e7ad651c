package dev.countersign.kernel.store;

import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/// A room's part of the database: its schema and the migrations that build it.
///
/// @param name the schema; its migrations lie on the class path under `db/<name>`
public record Schema(String name) {

  public static final Schema KERNEL = new Schema("kernel");

  /// Brings every schema up to date, in the order given, as its owner. Each keeps its own history.
  public static void migrate(DataSource owner, List<Schema> inRoomOrder) {
    for (var schema : inRoomOrder) {
      Flyway.configure()
          .dataSource(owner)
          .schemas(schema.name())
          .defaultSchema(schema.name())
          .locations("classpath:db/" + schema.name())
          .cleanDisabled(true)
          .load()
          .migrate();
    }
  }
}
