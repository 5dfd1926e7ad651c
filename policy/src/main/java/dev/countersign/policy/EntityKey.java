package dev.countersign.policy;

import java.util.Comparator;

/// Which subject or resource, within a tenant: a type, and an id within the type. Ordered by both.
public record EntityKey(String type, String id) implements Comparable<EntityKey> {
  private static final Comparator<EntityKey> ORDER =
      Comparator.comparing(EntityKey::type).thenComparing(EntityKey::id);

  /// Both in one, for people and for the record.
  public String path() {
    return type + "/" + id;
  }

  @Override
  public int compareTo(EntityKey other) {
    return ORDER.compare(this, other);
  }
}
