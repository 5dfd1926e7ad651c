package dev.countersign.trust;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;

/// A proposal's place among those that count for promotion, and what it counted for.
///
/// The order is that of proposing, and nothing overtakes: good news comes earlier than bad, so
/// whoever counts what comes promotes the harmful.
///
/// @param number the place, from 1
/// @param entry how many times a stage had been entered: what was proposed under an earlier one is
///   no evidence for the next step
/// @param shownAt when it took its turn
/// @param closesAt when its observation window closes, whatever is known by then
/// @param verdict what it counted for
/// @param draw how it was drawn, in an automatic mode
/// @param lost whether it is a harm whatever comes: rejected, expired, overdue, rolled back,
///   harmful
/// @param apart whether who decided was not independent: then a harm counts and nothing else
/// @param sourced whether somebody other than its approver observed the outcome
record Turn(
    long number,
    long entry,
    Instant shownAt,
    Instant closesAt,
    Verdict verdict,
    Optional<TrustEvent.Draw> draw,
    boolean lost,
    boolean apart,
    boolean sourced) {

  /// What a proposal counted for.
  enum Verdict {
    /// Not counted yet.
    WAITING("waiting"),
    CLEAN("clean"),
    HARM("harm"),
    /// Neither: another stage's, not drawn, or apart.
    PASSED("passed");

    private final String word;

    Verdict(String word) {
      this.word = word;
    }

    static Optional<Verdict> parse(String word) {
      return Arrays.stream(values()).filter(verdict -> verdict.word.equals(word)).findFirst();
    }
  }

  Turn {
    closesAt = closesAt.truncatedTo(ChronoUnit.MICROS);
    if (number < 1 || entry < 0) {
      throw new IllegalArgumentException("turns are numbered from 1");
    }
  }

  static Turn at(
      long number, long entry, Instant shownAt, Instant closesAt, Optional<TrustEvent.Draw> draw) {
    return new Turn(number, entry, shownAt, closesAt, Verdict.WAITING, draw, false, false, false);
  }

  boolean waiting() {
    return verdict == Verdict.WAITING;
  }

  /// With another end of its window.
  Turn closing(Instant at) {
    return new Turn(number, entry, shownAt, at, verdict, draw, lost, apart, sourced);
  }

  /// A harm whatever comes.
  Turn losing() {
    return new Turn(number, entry, shownAt, closesAt, verdict, draw, true, apart, sourced);
  }

  /// Decided by somebody who is not independent.
  Turn setApart() {
    return new Turn(number, entry, shownAt, closesAt, verdict, draw, lost, true, sourced);
  }

  Turn observedBy(boolean another) {
    return new Turn(number, entry, shownAt, closesAt, verdict, draw, lost, apart, another);
  }

  Turn judged(Verdict as) {
    return new Turn(number, entry, shownAt, closesAt, as, draw, lost, apart, sourced);
  }

  JsonObject toJson() {
    return Json.object()
        .put("number", number)
        .put("entry", entry)
        .put("shown_at", shownAt.toString())
        .put("closes_at", closesAt.toString())
        .put("verdict", verdict.word)
        .put("draw", draw.map(TrustEvent.Draw::toJson))
        .put("lost", lost)
        .put("apart", apart)
        .put("sourced", sourced)
        .build();
  }

  static Turn fromJson(JsonObject json) {
    return new Turn(
        Stored.count(json, "number"),
        Stored.count(json, "entry"),
        Stored.time(json, "shown_at"),
        Stored.time(json, "closes_at"),
        Stored.word(json, "verdict", Verdict::parse),
        json.object("draw").map(TrustEvent.Draw::fromJson),
        Stored.truth(json, "lost"),
        Stored.truth(json, "apart"),
        Stored.truth(json, "sourced"));
  }
}
