package dev.countersign.server.health;

import dev.countersign.server.config.CountersignConfig;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready only while the data directory has room to go on.
@Readiness
@Singleton
final class DiskHealth implements HealthCheck {
  /// Under this PostgreSQL may stop in the middle of a checkpoint of its own.
  private static final long LEAST_BYTES = 256L * 1024 * 1024;

  private final CountersignConfig config;

  DiskHealth(CountersignConfig config) {
    this.config = config;
  }

  @Override
  public HealthCheckResponse call() {
    var response = HealthCheckResponse.named("disk");
    try {
      long free = Files.getFileStore(config.dataDir()).getUsableSpace();
      return response.status(free >= LEAST_BYTES).withData("free_bytes", free).build();
    } catch (IOException e) {
      return response.down().withData("problem", "the data directory cannot be read").build();
    }
  }
}
