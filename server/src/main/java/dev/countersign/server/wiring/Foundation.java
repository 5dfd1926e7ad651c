package dev.countersign.server.wiring;

import dev.countersign.identity.Pepper;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.server.config.CountersignConfig;
import dev.countersign.server.config.OwnerOnlyFile;
import dev.countersign.server.config.PublicUrl;
import dev.countersign.server.database.Databases;
import dev.countersign.server.database.OpenDatabase;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// What every room stands on: the clock, randomness, secrets, and the database.
@Dependent
final class Foundation {

  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  Ids ids(Clock clock) {
    return new Ids(clock, new SecureRandom());
  }

  // At the start, so that a wrong one stops it.
  @Startup
  @Produces
  @Singleton
  PublicUrl publicUrl(
      CountersignConfig config, @ConfigProperty(name = "quarkus.http.port") int port) {
    return PublicUrl.of(config.publicUrl(), port);
  }

  @Produces
  @Singleton
  Pepper pepper(CountersignConfig config) {
    return new Pepper(
        OwnerOnlyFile.secret(OwnerOnlyFile.folder(config.dataDir()).resolve("key-pepper")));
  }

  @Produces
  @Singleton
  OpenDatabase database(CountersignConfig config) {
    OwnerOnlyFile.folder(config.dataDir());
    return OpenDatabase.open(config);
  }

  void close(@Disposes OpenDatabase database) {
    database.close();
  }

  @Produces
  @Singleton
  Databases databases(OpenDatabase database) {
    return database.databases();
  }

  @Produces
  @Singleton
  TenantTransactions transactions(Databases databases) {
    return new TenantTransactions(databases.app());
  }
}
