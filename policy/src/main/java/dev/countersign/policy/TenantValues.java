package dev.countersign.policy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Optional;

/// The numbers that a tenant sets and policies read as `context.tenant`.
///
/// @param maxRiskScore from which score on calls are forbidden; without it the set's own threshold
/// @param rowCountLimit above which a data set is large
/// @param tokenLimit above which a call is long, for the tenants that turn that policy on
public record TenantValues(Optional<Integer> maxRiskScore, long rowCountLimit, long tokenLimit) {
  public static final long DEFAULT_ROW_COUNT_LIMIT = 10_000;
  public static final long DEFAULT_TOKEN_LIMIT = 100_000;
  public static final TenantValues DEFAULT =
      new TenantValues(Optional.empty(), DEFAULT_ROW_COUNT_LIMIT, DEFAULT_TOKEN_LIMIT);

  public TenantValues {
    maxRiskScore.ifPresent(score -> {
      if (score < PolicySet.LOWEST_THRESHOLD || score > Effect.Score.HIGHEST) {
        throw new IllegalArgumentException(
            "max_risk_score must be from 1 to " + Effect.Score.HIGHEST);
      }
    });
    if (rowCountLimit < 0
        || rowCountLimit > Json.JsonNumber.LARGEST_INTEGER
        || tokenLimit < 0
        || tokenLimit > Json.JsonNumber.LARGEST_INTEGER) {
      throw new IllegalArgumentException("a limit must not be negative, nor over 2^53 - 1");
    }
  }

  /// What policies see of them: `context.tenant`.
  public JsonObject facts(int threshold) {
    return Json.object()
        .put("max_risk_score", threshold)
        .put("row_count_limit", rowCountLimit)
        .put("token_limit", tokenLimit)
        .build();
  }
}
