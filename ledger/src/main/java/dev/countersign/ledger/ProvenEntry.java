package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An entry with its place in the log and the path that proves it. Immutable.
///
/// @param index its position in the log, from 0
/// @param claimed the leaf hash it was given under, which tells altered content from a wrong
///   position; null where it was left out
/// @param path from the leaf to the root of the checkpoint it comes with
public record ProvenEntry(
    long index, Disclosure disclosure, @Nullable Digest claimed, List<Digest> path) {

  static final String INDEX = "log_index";
  static final String SALT = "salt";
  static final String ENTRY = "entry";
  static final String ERASED = "erased";
  static final String LEAF = "leaf";
  static final String PROOF = "proof";

  public ProvenEntry {
    path = List.copyOf(path);
  }

  public static ProvenEntry of(long index, Disclosure disclosure, List<Digest> path) {
    return new ProvenEntry(index, disclosure, disclosure.leafHash(), path);
  }

  /// Whether it is in the log of this checkpoint.
  public boolean provedUnder(Checkpoint checkpoint) {
    return flaw(checkpoint).isEmpty();
  }

  /// Why it is not in the log of this checkpoint, or empty if it is.
  Optional<Verdict.Refused> flaw(Checkpoint checkpoint) {
    var leafHash = disclosure.leafHash();
    if (claimed != null && !claimed.equals(leafHash)) {
      return refused(Flaw.ALTERED_CONTENT, "the entry is not the one its leaf commits to");
    }
    if (index >= checkpoint.size()) {
      return refused(
          Flaw.WRONG_POSITION, "the checkpoint covers only " + checkpoint.size() + " entries");
    }
    if (path.size() <= InclusionProof.LONGEST_PATH
        && new InclusionProof(index, checkpoint.size(), path)
            .verifies(leafHash, checkpoint.root())) {
      return Optional.empty();
    }
    return claimed != null
        ? refused(Flaw.WRONG_POSITION, "the proof does not lead from this leaf to the root")
        : refused(Flaw.NOT_IN_LOG, "content, position or proof was altered");
  }

  Optional<Verdict.Refused> refused(Flaw flaw, String message) {
    return Optional.of(new Verdict.Refused(flaw, "log index " + index, message));
  }

  /// The members that say what the entry is; the leaf is always among them.
  JsonObject content() {
    var builder = Json.object();
    switch (disclosure) {
      case Disclosure.Held(var salt, var entry) ->
          builder.put(SALT, salt.hex()).put(ENTRY, entry.json());
      case Disclosure.Erased(_, var time, var reason) ->
          builder.put(
              ERASED,
              Json.object().put("time", EntryWriter.time(time)).put("reason", reason).build());
    }
    return builder.put(LEAF, disclosure.leafHash().hex()).build();
  }

  /// Reads what [#content] gives, with the index and path from elsewhere.
  static ProvenEntry parse(Members members, long index, List<Digest> path) {
    var leaf = members.has(LEAF) ? members.digest(LEAF) : null;
    if (!members.has(ERASED)) {
      var held = new Disclosure.Held(members.salt(SALT), Entry.parse(members.object(ENTRY)));
      return new ProvenEntry(index, held, leaf, path);
    }
    if (members.has(SALT) || members.has(ENTRY) || leaf == null) {
      throw new MalformedLedgerData("an erased entry has a leaf, and neither salt nor entry");
    }
    var erased = Members.of(members.object(ERASED), "time", "reason");
    return new ProvenEntry(
        index,
        new Disclosure.Erased(leaf, time(erased.text("time")), erased.text("reason")),
        leaf,
        path);
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new MalformedLedgerData("member `time` is not a time", e);
    }
  }
}
