package dev.countersign.server.wiring;

import dev.countersign.identity.Pepper;
import dev.countersign.identity.store.InstallationStore;
import dev.countersign.identity.usecase.Installation;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.server.config.CountersignConfig;
import dev.countersign.server.config.OwnerOnlyFile;
import dev.countersign.server.config.PublicUrl;
import dev.countersign.server.config.StartRefused;
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
  Pepper pepper(CountersignConfig config, InstallationStore installation) {
    var file = OwnerOnlyFile.folder(config.dataDir()).resolve("key-pepper");
    var pepper = new Pepper(OwnerOnlyFile.secret(file));
    if (!agrees(installation, pepper)) {
      throw new StartRefused(
          "`%s` is not the pepper under which the keys of this database are hashed".formatted(file),
          "copy `key-pepper` from the data directory of a node that works, or restore it from a backup");
    }
    return pepper;
  }

  private static boolean agrees(InstallationStore installation, Pepper pepper) {
    try {
      return Installation.agrees(installation, pepper);
    } catch (DatabaseFailure e) {
      throw new StartRefused(
          "the pepper's fingerprint cannot be read: " + e.getMessage(), "try again");
    }
  }

  @Produces
  @Singleton
  InstallationStore installation(Databases databases) {
    return new InstallationStore(databases.app());
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
