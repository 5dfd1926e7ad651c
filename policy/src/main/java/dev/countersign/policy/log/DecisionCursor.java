package dev.countersign.policy.log;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.TenantId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/// Where a list of decisions goes on: the index of the entry that was looked at last, tied to the
/// tenant and the conditions of the list.
///
/// The tie finds mistakes: a cut or altered cursor, or one of another list, would leave records
/// out. It is no secret and grants nothing; whoever forges a cursor starts at another place of a
/// log that he may read anyway.
public record DecisionCursor(long logIndex) {
  private static final int TIE = 12;
  private static final int LENGTH = Long.BYTES + TIE;

  /// The cursor as callers see it, opaque to them.
  public String text(TenantId tenant, DecisionFilter filter) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(
            ByteBuffer.allocate(LENGTH).putLong(logIndex).put(tie(tenant, filter)).array());
  }

  /// The cursor written in `text`, or empty if this list gave no such cursor.
  public static Optional<DecisionCursor> parse(
      String text, TenantId tenant, DecisionFilter filter) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (bytes.length != LENGTH) {
      return Optional.empty();
    }
    var cursor = new DecisionCursor(ByteBuffer.wrap(bytes).getLong());
    // Comparing the text, not the bytes, leaves one spelling for each cursor.
    return cursor.text(tenant, filter).equals(text) ? Optional.of(cursor) : Optional.empty();
  }

  private byte[] tie(TenantId tenant, DecisionFilter filter) {
    var list =
        Json.object()
            .put("list", "decisions")
            .put("tenant", tenant.toString())
            .put("filter", filter.json())
            .put("index", Long.toString(logIndex))
            .build();
    return Arrays.copyOf(Digest.ofCanonical(list).bytes(), TIE);
  }
}
