package dev.countersign.ledger;

import dev.countersign.ledger.LogRecomputation.Inconsistency;
import dev.countersign.ledger.LogRecomputation.Part;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Signed checkpoints of a log, compared with its tree while that is recomputed: each is verified
/// before the log has its size, and its root is compared when it has.
///
/// Held meanwhile is one of them. For use by one thread.
public final class CheckpointWalk {

  /// A checkpoint as the log's own database keeps it.
  ///
  /// @param size the size under which it is filed
  /// @param witnesses how many are said to have cosigned it
  /// @param note which is not believed yet
  public record Kept(long size, int witnesses, String note) {}

  /// What the next one says.
  private sealed interface Next {
    record Verified(String place, Checkpoint checkpoint) implements Next {}

    record Refused(String place, String message) implements Next {}
  }

  private final Iterator<Next> rest;
  private Next.@Nullable Verified awaited;
  private int compared;

  private CheckpointWalk(Iterator<Next> rest) {
    this.rest = rest;
  }

  /// Checkpoints from outside the database.
  ///
  /// @param notes by ascending size
  /// @param keys every key that ever signed them; witnesses are not asked for
  public static CheckpointWalk of(Iterator<SignedNote> notes, TrustedKeys keys) {
    var enough = new TrustedKeys(keys.log(), keys.witnesses(), 0);
    return new CheckpointWalk(
        mapped(
            notes,
            note ->
                switch (enough.check(note)) {
                  case CheckpointVerdict.Refused(_, var message) ->
                      new Next.Refused("a checkpoint", message);
                  case CheckpointVerdict.Accepted(var checkpoint, _) ->
                      new Next.Verified("the checkpoint of size " + checkpoint.size(), checkpoint);
                }));
  }

  /// Checkpoints that the log's database keeps. Their cosignatures are counted and not verified:
  /// the keys of those who were witnesses once are not known.
  ///
  /// @param kept by ascending size
  /// @param keys every key that ever signed the log, of one name
  public static CheckpointWalk kept(Iterator<Kept> kept, List<VerifierKey> keys) {
    var trusted = new TrustedKeys(keys, List.of(), 0);
    return new CheckpointWalk(mapped(kept, next -> verify(next, trusted)));
  }

  private static Next verify(Kept kept, TrustedKeys keys) {
    var place = "the kept checkpoint of size " + kept.size();
    SignedNote note;
    try {
      note = SignedNote.parse(kept.note());
    } catch (MalformedLedgerData e) {
      return new Next.Refused(place, String.valueOf(e.getMessage()));
    }
    return switch (keys.check(note)) {
      case CheckpointVerdict.Refused(_, var message) -> new Next.Refused(place, message);
      case CheckpointVerdict.Accepted(var checkpoint, _) when checkpoint.size() != kept.size() ->
          new Next.Refused(place, "its note is over " + checkpoint.size() + " entries");
      case CheckpointVerdict.Accepted(var checkpoint, _)
          when strangers(note, checkpoint.origin(), keys) ->
          new Next.Refused(place, "a signature under the log's name is of none of its keys");
      case CheckpointVerdict.Accepted(var checkpoint, _)
          when kept.witnesses() < 0 || kept.witnesses() > cosigners(note, checkpoint.origin()) ->
          new Next.Refused(
              place,
              "it is said to have "
                  + kept.witnesses()
                  + " witnesses, but "
                  + cosigners(note, checkpoint.origin())
                  + " have cosigned");
      case CheckpointVerdict.Accepted(var checkpoint, _) -> new Next.Verified(place, checkpoint);
    };
  }

  private static boolean strangers(SignedNote note, String origin, TrustedKeys keys) {
    return note.signatures().stream()
        .filter(signature -> signature.name().equals(origin))
        .anyMatch(signature ->
            keys.log().stream().noneMatch(key -> key.identity().equals(signature.identity())));
  }

  private static long cosigners(SignedNote note, String origin) {
    return note.signatures().stream()
        .map(NoteSignature::name)
        .filter(name -> !name.equals(origin))
        .distinct()
        .count();
  }

  /// Compares those of the size that the log has reached, and verifies the next one.
  Optional<Inconsistency> reach(CompactRange head) {
    while (true) {
      if (awaited != null) {
        if (awaited.checkpoint().size() > head.size()) {
          return Optional.empty();
        }
        if (!awaited.checkpoint().root().equals(head.root())) {
          return found(awaited.place(), "its root is not that of the entries");
        }
        compared++;
        awaited = null;
      }
      if (!rest.hasNext()) {
        return Optional.empty();
      }
      switch (rest.next()) {
        case Next.Refused(var place, var message) -> {
          return found(place, message);
        }
        case Next.Verified(var place, var checkpoint) when checkpoint.size() < head.size() -> {
          return found(place, "it stands behind a larger one");
        }
        case Next.Verified verified -> awaited = verified;
      }
    }
  }

  /// Whether the log ended before the next one.
  Optional<Inconsistency> end(CompactRange head) {
    return awaited == null
        ? Optional.empty()
        : found(
            awaited.place(),
            "it covers more than the " + head.size() + " entries: the log was cut or set back");
  }

  /// How many were compared by now.
  public int compared() {
    return compared;
  }

  private static Optional<Inconsistency> found(String place, String message) {
    return Optional.of(new Inconsistency(Part.CHECKPOINT, place, message));
  }

  /// Only one of them is verified at a time.
  private static <T> Iterator<Next> mapped(Iterator<T> from, Function<T, Next> mapping) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return from.hasNext();
      }

      @Override
      public Next next() {
        return mapping.apply(from.next());
      }
    };
  }
}
