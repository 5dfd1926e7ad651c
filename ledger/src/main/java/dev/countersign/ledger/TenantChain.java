package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Follows a tenant's entries through an export: each names the one before it, so none can be left
/// out, inserted or moved. For use by one thread.
final class TenantChain {

  /// While only erased entries have been seen whose place in the chain nothing tells.
  private static final long UNKNOWN = -1;

  private final Export.Header header;
  private long entries;
  private long erased;
  private long lastIndex = -1;

  /// Which sequence number comes next, or [#UNKNOWN].
  private long next;

  /// Null until there was an entry.
  private @Nullable Digest lastLeaf;

  TenantChain(Export.Header header) {
    this.header = header;
    this.next = header.from() == null ? 0 : UNKNOWN;
  }

  long entries() {
    return entries;
  }

  long erased() {
    return erased;
  }

  /// Takes the next entry, whose place in the log has been verified; empty if it follows.
  Optional<Verdict.Refused> follow(ProvenEntry proven) {
    if (proven.index() <= lastIndex) {
      return proven.refused(
          Flaw.BROKEN_CHAIN_OF_ENTRIES, "it stands behind the entry at log index " + lastIndex);
    }
    switch (proven.disclosure()) {
      case Disclosure.Held(_, var entry) -> {
        if (!entry.tenant().equals(header.tenant())) {
          return proven.refused(Flaw.WRONG_TENANT, "it is of tenant `" + entry.tenant() + "`");
        }
        if (next != UNKNOWN && entry.tenantSeq() != next) {
          return proven.refused(
              Flaw.BROKEN_CHAIN_OF_ENTRIES,
              "it is the tenant's entry " + entry.tenantSeq() + " where " + next + " was expected");
        }
        if (lastLeaf != null && !entry.previous().equals(lastLeaf)) {
          return proven.refused(
              Flaw.BROKEN_CHAIN_OF_ENTRIES, "it does not follow the entry before it");
        }
        next = entry.tenantSeq() + 1;
      }
      case Disclosure.Erased _ -> {
        erased++;
        next = next == UNKNOWN ? UNKNOWN : next + 1;
      }
    }
    entries++;
    lastIndex = proven.index();
    lastLeaf = proven.disclosure().leafHash();
    return Optional.empty();
  }

  /// Why the entries seen are not those of a tenant with `tenantSize` of them.
  Optional<Verdict.Refused> reaches(long tenantSize) {
    boolean toTheEnd = header.to() == null && (entries > 0 || header.from() == null);
    if (next == UNKNOWN || (toTheEnd ? next == tenantSize : next <= tenantSize)) {
      return Optional.empty();
    }
    return Optional.of(
        new Verdict.Refused(
            next < tenantSize ? Flaw.TAIL_CUT : Flaw.WRONG_COUNT,
            "the last line",
            "the export ends with the tenant's entry " + (next - 1) + " of " + tenantSize));
  }

  /// Whether the entries seen can be those that begin with this sequence number.
  boolean beginsWith(long first) {
    return next == UNKNOWN || next - entries == first;
  }

  /// Whether nothing of the tenant can be missing between the entries seen and this one, if they
  /// are to reach to it.
  boolean endsAt(long index, Entry closing, Export.Range range) {
    if (index <= lastIndex) {
      return false;
    }
    return range.end() != null || lastLeaf == null || closing.previous().equals(lastLeaf);
  }
}
