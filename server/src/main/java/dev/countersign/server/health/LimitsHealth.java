package dev.countersign.server.health;

import dev.countersign.identity.bucket.SharedBuckets;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Says where limits are counted. Ready without the shared buckets, too: what becomes of calls then
/// is each tenant's choice, and another node would find the same server silent.
@Readiness
@Singleton
final class LimitsHealth implements HealthCheck {
  private final Optional<SharedBuckets> shared;

  LimitsHealth(Optional<SharedBuckets> shared) {
    this.shared = shared;
  }

  @Override
  public HealthCheckResponse call() {
    var state = shared.map(buckets -> buckets.answers() ? "shared" : "degraded").orElse("local");
    return HealthCheckResponse.named("limits").up().withData("buckets", state).build();
  }
}
