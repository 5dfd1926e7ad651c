package dev.countersign.server.database;

import dev.countersign.kernel.store.DatabaseRole;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/// Connections by role. The application's are pooled; those that extend the log are opened one by
/// one and kept by whoever uses them.
public final class Databases implements AutoCloseable {
  /// No transaction of the product lasts longer; an open snapshot makes the hot rows expensive.
  private static final String LIMITS =
      "-c statement_timeout=5s -c idle_in_transaction_session_timeout=5s -c lock_timeout=3s";

  private static final int CONNECT_SECONDS = 5;
  private static final int SOCKET_SECONDS = 20;
  private static final int VALIDATION_SECONDS = 2;

  private final String url;
  private final RolePasswords passwords;
  private final AgroalDataSource app;

  Databases(String url, RolePasswords passwords, int poolSize) throws SQLException {
    this.url = url;
    this.passwords = passwords;
    this.app = pool(poolSize);
  }

  /// Pooled connections of the restricted application role.
  public DataSource app() {
    return app;
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

  private AgroalDataSource pool(int size) throws SQLException {
    var configuration =
        new AgroalDataSourceConfigurationSupplier()
            .metricsEnabled(true)
            .connectionPoolConfiguration(pool ->
                pool.initialSize(1)
                    .minSize(1)
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
                            .jdbcProperty("ApplicationName", "countersign")
                            .jdbcProperty("tcpKeepAlive", "true")
                            .jdbcProperty("connectTimeout", Integer.toString(CONNECT_SECONDS))
                            .jdbcProperty("socketTimeout", Integer.toString(SOCKET_SECONDS))
                            .principal(new NamePrincipal(DatabaseRole.APP.login()))
                            .credential(new SimplePassword(passwords.of(DatabaseRole.APP)))));
    return AgroalDataSource.from(configuration.get());
  }

  @Override
  public void close() {
    app.close();
  }
}
