package dev.countersign.server.health;

import dev.countersign.server.database.Databases;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready only while the database answers; shows the age of its oldest open snapshot.
@Readiness
@Singleton
final class DatabaseHealth implements HealthCheck {
  private final Databases databases;

  DatabaseHealth(Databases databases) {
    this.databases = databases;
  }

  @Override
  public HealthCheckResponse call() {
    var response = HealthCheckResponse.named("database");
    try (var connection = databases.app().getConnection();
        var statement =
            connection.prepareStatement(
                """
                select coalesce(extract(epoch from max(now() - xact_start)), 0)
                from pg_stat_activity where backend_xmin is not null and pid <> pg_backend_pid()\
                """);
        var row = statement.executeQuery()) {
      row.next();
      return response.up().withData("oldest_snapshot_seconds", row.getLong(1)).build();
    } catch (SQLException e) {
      return response.down().withData("problem", "the database does not answer").build();
    }
  }
}
