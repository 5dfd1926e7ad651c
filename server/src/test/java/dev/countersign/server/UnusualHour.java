package dev.countersign.server;

import java.sql.Connection;
import java.util.Collections;
import java.util.UUID;

/// What otherwise takes weeks: hours of a tenant's scopes, of which one is unlike the others.
final class UnusualHour {
  private UnusualHour() {}

  /// Thirty hours that are alike, and one that is over in which all was rejected, after weeks that
  /// were scored.
  static void of(Connection superuser, UUID tenant) {
    var scores = String.join(",", Collections.nCopies(400, "1"));
    Superuser.execute(
        superuser,
        """
        insert into trust.hour (tenant_id, scope_id, starts_at, begun_at, closed, proposals, decided, rejected,
          overridden, observed, succeeded, confidence, safety, actors, busiest, total)
        select s.tenant_id, s.scope_id, h.at, h.at, true, 10, 10, case when h.number = 2 then 10 else h.number %% 3 end,
          0, 0, 0, 0.8, 0.9, 3, 2, 20
        from trust.scope s,
          (select number, date_trunc('hour', now()) - number * interval '1 hour' as at
           from generate_series(2, 32) number) h
        where s.tenant_id = '%s';
        insert into trust.watch (tenant_id, scored, judged_until)
        values ('%s', '{"forest":[%s],"deviation":[%s]}', date_trunc('hour', now()) - interval '2 hours')\
        """
            .formatted(tenant, tenant, scores, scores));
  }
}
