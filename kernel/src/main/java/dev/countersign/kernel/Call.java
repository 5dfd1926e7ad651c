package dev.countersign.kernel;

import java.util.Optional;

/// One request as every use case sees it: who asks, traced how, from where, and whether a
/// repetition of it must be recognised.
///
/// @param traceId 32 lower-case hexadecimal digits (W3C Trace Context)
/// @param source the address from which it came
public record Call(
    Principal principal, String traceId, String source, Optional<Idempotency> idempotency) {

  /// @param key as the caller chose it
  /// @param route method and path template, so that one key serves two routes
  /// @param body the digest of what was asked; another body under the same key is refused
  public record Idempotency(String key, String route, Digest body) {}

  /// A call of the system itself.
  public static Call system(TenantId tenant, String timer, String traceId) {
    return new Call(Principal.system(tenant, timer), traceId, "local", Optional.empty());
  }
}
