package dev.countersign.server.database;

import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.DatabaseRole;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/// Connections by role. The application's and those of recurring jobs are pooled; those that extend
/// the log are opened one by one and kept by whoever uses them.
public final class Databases implements AutoCloseable {
  /// No transaction of the product lasts longer; an open snapshot makes the hot rows expensive.
  private static final String LIMITS =
      "-c statement_timeout=5s -c idle_in_transaction_session_timeout=5s -c lock_timeout=3s";

  private static final int CONNECT_SECONDS = 5;
  private static final int SOCKET_SECONDS = 20;
  private static final int VALIDATION_SECONDS = 2;
  private static final int JOB_CONNECTIONS = 2;

  private final String url;
  private final RolePasswords passwords;
  private final AgroalDataSource app;
  private final Map<DatabaseRole, AgroalDataSource> jobs = new ConcurrentHashMap<>();

  Databases(String url, RolePasswords passwords, int poolSize) throws SQLException {
    this.url = url;
    this.passwords = passwords;
    this.app = pool(DatabaseRole.APP, "countersign", poolSize, 1);
  }

  /// Pooled connections of the restricted application role.
  public DataSource app() {
    return app;
  }

  /// A few pooled connections of the role of a job that runs every few seconds or more often: a new
  /// one costs its back end some 20 ms of processor time, which decisions that wait then miss.
  public DataSource job(DatabaseRole role) {
    return jobs.computeIfAbsent(
        role,
        each -> {
          try {
            return pool(each, each.login(), JOB_CONNECTIONS, 0);
          } catch (SQLException e) {
            throw DatabaseFailure.of(e);
          }
        });
  }

  /// Single connections of another role.
  public DataSource single(DatabaseRole role) {
    var source = new PGSimpleDataSource();
    source.setUrl(url);
    source.setUser(role.login());
    source.setPassword(passwords.of(role));
    source.setApplicationName(role.login());
    source.setTcpKeepAlive(true);
    source.setConnectTimeout(CONNECT_SECONDS);
    source.setSocketTimeout(SOCKET_SECONDS);
    return source;
  }

  /// Connections in use, for metrics.
  public int busy() {
    return (int) app.getMetrics().activeCount();
  }

  private AgroalDataSource pool(DatabaseRole role, String name, int size, int kept)
      throws SQLException {
    var configuration =
        new AgroalDataSourceConfigurationSupplier()
            .metricsEnabled(true)
            .connectionPoolConfiguration(pool ->
                pool.initialSize(kept)
                    .minSize(kept)
                    .maxSize(size)
                    .acquisitionTimeout(Duration.ofSeconds(3))
                    .validateOnBorrow(false)
                    .idleValidationTimeout(Duration.ofSeconds(5))
                    .connectionValidator(
                        ConnectionValidator.defaultValidatorWithTimeout(VALIDATION_SECONDS))
                    .exceptionSorter(new PostgreSQLExceptionSorter())
                    .connectionFactoryConfiguration(factory ->
                        factory
                            .jdbcUrl(url)
                            .jdbcProperty("options", LIMITS)
                            .jdbcProperty("ApplicationName", name)
                            .jdbcProperty("tcpKeepAlive", "true")
                            .jdbcProperty("connectTimeout", Integer.toString(CONNECT_SECONDS))
                            .jdbcProperty("socketTimeout", Integer.toString(SOCKET_SECONDS))
                            .principal(new NamePrincipal(role.login()))
                            .credential(new SimplePassword(passwords.of(role)))));
    return AgroalDataSource.from(configuration.get());
  }

  @Override
  public void close() {
    jobs.values().forEach(AgroalDataSource::close);
    app.close();
  }
}
