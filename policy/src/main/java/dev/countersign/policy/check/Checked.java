package dev.countersign.policy.check;

import dev.countersign.kernel.CanonicalJson;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Declaration;
import dev.countersign.policy.Entity;
import dev.countersign.policy.Request;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;

/// A question that was decided and has yet to be recorded.
///
/// @param request all that the policies could read
/// @param version of the policy set that decided
/// @param policies the digest of that set with the tenant's own values in it
/// @param declaredKeys the metadata keys that the tenant had declared: what a caller left out, he
///   could have said
/// @param traceId as the caller gave it to find the decision by: a check's `trace_id`, an
///   evaluation's `X-Request-ID`
/// @param scope what an approval of it would be for; a check's is kept with its request
/// @param approvedBy the approval under which it is answered with yes, where one is required
public record Checked(
    Request request,
    int version,
    Digest policies,
    SortedSet<String> declaredKeys,
    Decision decision,
    Optional<String> traceId,
    Optional<AccessScope> scope,
    Optional<ApprovedBy> approvedBy) {

  /// Of the request and the declared keys in canonical form. What is left of an entry of the ledger
  /// is for the answer, so that no caller can pad a request until a denial of it finds no room and
  /// leaves no trace, while a permission of it would.
  public static final int LARGEST = 56 * 1024;

  /// A character of a string has at most so many bytes: `\u001f`.
  private static final int WIDEST = 6;

  private static final int WIDEST_NUMBER = 32;

  /// The types, ids and names outside of properties.
  private static final int NAMES = WIDEST * (3 * (Entity.LONGEST_TYPE + Entity.LONGEST_ID) + 100);

  public Checked(
      Request request,
      int version,
      Digest policies,
      SortedSet<String> declaredKeys,
      Decision decision,
      Optional<String> traceId) {
    this(
        request,
        version,
        policies,
        declaredKeys,
        decision,
        traceId,
        Optional.empty(),
        Optional.empty());
  }

  public Checked {
    declaredKeys = Collections.unmodifiableSortedSet(declaredKeys);
    if (approvedBy.isPresent() && !(decision instanceof Decision.RequireApproval)) {
      throw new IllegalArgumentException("only what requires an approval is answered under one");
    }
  }

  /// The same under an approval that people gave for exactly this.
  public Checked approvedBy(ApprovedBy approval) {
    return new Checked(
        request, version, policies, declaredKeys, decision, traceId, scope, Optional.of(approval));
  }

  /// Whether it may be done now.
  public boolean allowed() {
    return decision.allowed() || approvedBy.isPresent();
  }

  /// Throws [Refusal.Invalid] if the request, with what is registered and stored beside it, is too
  /// large to be recorded. MUST be called before it is answered; the outcome makes no difference.
  public void requireRecordable() {
    // The bound is cheap and nearly always enough.
    if (bound(request.subject().properties())
                + bound(request.action().properties())
                + bound(request.resource().properties())
                + bound(request.context())
                + (long) declaredKeys.size() * (Declaration.LONGEST_KEY + 3)
            > LARGEST - NAMES
        && bytes(request.json()) + bytes(Json.strings(declaredKeys)) > LARGEST) {
      throw new Refusal.Invalid(
          "",
          "too_large",
          "must have at most "
              + LARGEST
              + " bytes without white space, with what is registered and stored beside it");
    }
  }

  private static int bytes(Json json) {
    return CanonicalJson.bytes(json).length;
  }

  private static long bound(Json value) {
    return switch (value) {
      case JsonObject(var members) -> {
        long bytes = 2;
        for (var member : members.entrySet()) {
          bytes += WIDEST * (long) member.getKey().length() + 4 + bound(member.getValue());
        }
        yield bytes;
      }
      case JsonArray(var items) -> {
        long bytes = 2;
        for (var item : items) {
          bytes += 1 + bound(item);
        }
        yield bytes;
      }
      case Json.JsonString(var text) -> WIDEST * (long) text.length() + 2;
      case Json.JsonNumber(var _), Json.JsonBoolean(var _) -> WIDEST_NUMBER;
      case Json.JsonNull() -> WIDEST_NUMBER;
    };
  }
}
