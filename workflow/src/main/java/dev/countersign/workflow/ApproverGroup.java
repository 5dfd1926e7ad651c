package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// So many people, each of whom holds one of these roles.
public record ApproverGroup(SortedSet<String> roles, int quorum) {

  /// More people than this for one decision decide nothing.
  public static final int LARGEST_QUORUM = 10;

  public ApproverGroup {
    if (roles.isEmpty()) {
      // Fail closed: without a role nobody could tell who may agree.
      throw new IllegalArgumentException("a group of approvers names a role");
    }
    if (quorum < 1 || quorum > LARGEST_QUORUM) {
      throw new IllegalArgumentException("a quorum is from 1 to " + LARGEST_QUORUM);
    }
    roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
  }

  ApproverGroup atLeast(int other) {
    return other <= quorum ? this : new ApproverGroup(roles, other);
  }

  ApproverGroup widenedBy(SortedSet<String> more) {
    var all = new TreeSet<>(roles);
    all.addAll(more);
    return new ApproverGroup(all, quorum);
  }

  public JsonObject json() {
    return Json.object().put("roles", Json.strings(roles)).put("quorum", quorum).build();
  }
}
