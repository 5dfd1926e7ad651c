package dev.countersign.policy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/// The grounds of a decision as far as a record of it has room: the first of each list, and how
/// many are not listed.
///
/// A tenant may have thousands of policies that all forbid the same. Such an answer is recorded
/// like any other: were it refused for its size, a denial would leave no trace. What decides is in
/// the record whole (outcome, score, reason, the digest of the policies), and deciding again yields
/// the same lists.
///
/// @param reasons the heaviest
/// @param notListed how many of which list are left out; empty if none is
public record ListedGrounds(
    List<Reason> reasons,
    List<String> determining,
    List<String> errored,
    List<String> monitored,
    JsonObject notListed) {

  /// Of each list. The four, and what is of fixed size, fit into what an entry leaves for the
  /// answer (8 KiB).
  private static final int MOST_BYTES = 1_500;

  /// Quotes and a comma.
  private static final int KEY_BYTES = 3;

  /// `{"points":100,"policy":},` beside the key.
  private static final int REASON_BYTES = 28;

  public ListedGrounds {
    reasons = List.copyOf(reasons);
    determining = List.copyOf(determining);
    errored = List.copyOf(errored);
    monitored = List.copyOf(monitored);
  }

  public static ListedGrounds of(Grounds grounds) {
    var notListed = Json.object();
    var reasons = new ArrayList<Reason>();
    int bytes = 0;
    for (var reason : grounds.reasons()) {
      bytes += REASON_BYTES + reason.policy().value().length();
      if (bytes > MOST_BYTES) {
        break;
      }
      reasons.add(reason);
    }
    note(notListed, "reasons", grounds.reasons().size() - reasons.size());
    return new ListedGrounds(
        reasons,
        first(grounds.determining(), "determining_policies", notListed),
        first(grounds.errored(), "errored_policies", notListed),
        first(grounds.monitored(), "monitored_policies", notListed),
        notListed.build());
  }

  private static List<String> first(
      SortedSet<PolicyKey> keys, String name, Json.Builder notListed) {
    var listed = new ArrayList<String>();
    int bytes = 0;
    for (var key : keys) {
      bytes += KEY_BYTES + key.value().length();
      if (bytes > MOST_BYTES) {
        break;
      }
      listed.add(key.value());
    }
    note(notListed, name, keys.size() - listed.size());
    return listed;
  }

  private static void note(Json.Builder notListed, String name, int left) {
    if (left > 0) {
      notListed.put(name, left);
    }
  }
}
