package dev.countersign.server.wiring;

import dev.countersign.kernel.Ids;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.trust.store.TrustStore;
import dev.countersign.trust.usecase.ChangeStage;
import dev.countersign.trust.usecase.TrustScopes;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/// Trust.
@Dependent
final class TrustRoom {

  @Produces
  @Singleton
  TrustScopes scopes(Ids ids, Clock clock) {
    return new TrustScopes(new TrustStore(), ids, clock);
  }

  @Produces
  @Singleton
  ChangeStage change(Ledger ledger, TrustScopes scopes) {
    return new ChangeStage(ledger, scopes);
  }
}
