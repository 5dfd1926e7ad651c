package dev.countersign.trust.predict;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Whether a challenger predicts better than the champion, by betting that it does.
///
/// Null: given all that came before, the champion's expected log-loss is at most the challenger's
/// at each label. Each bet multiplies its wealth by 1 + l g, where g is the champion's log-loss
/// minus the challenger's, divided by its bound, so that it lies from -1 to 1, and l a fixed stake:
/// under the null no wealth grows in expectation, nor does their mean, so it ever passes 100 with a
/// probability of at most 1% (Ville 1939), however often one looks (Waudby-Smith & Ramdas 2024).
/// Probabilities are clipped to [0.01, 0.99] for that bound alone: a loss over 4.6 is not told from
/// 4.6. The 1% holds for each challenger, not for all that a tenant will ever have.
///
/// A label counts once, and only if it became known after all that either model learned from and
/// after the last comparison: what is not after the watermark changes nothing. Immutable.
///
/// @param read up to where labels were counted
/// @param labels how many were
/// @param wealths the logarithm of each stake's wealth
public record Comparison(
    int champion, int challenger, Position read, long labels, List<Double> wealths) {

  /// One over the risk of 1%.
  public static final double LINE = 100;

  private static final List<Double> STAKES = List.of(0.02, 0.05, 0.1, 0.2, 0.4, 0.8);
  private static final double NEAREST = 0.01;
  private static final double BOUND = StrictMath.log((1 - NEAREST) / NEAREST);

  public Comparison {
    wealths = List.copyOf(wealths);
    if (champion == challenger || wealths.size() != STAKES.size() || labels < 0) {
      throw new IllegalArgumentException("a comparison is of two models");
    }
  }

  /// Begins with what became known after all that either learned from, which is after the last
  /// comparison: the challenger learned from all that was known by then.
  public static Comparison of(Manifest champion, Manifest challenger) {
    return of(champion, challenger, Position.lastOf(Instant.EPOCH));
  }

  /// Begins with what became known after all that either learned from, and after the last
  /// comparison's `read`.
  public static Comparison of(Manifest champion, Manifest challenger, Position last) {
    var known =
        champion.knownUntil().isAfter(challenger.knownUntil())
            ? champion.knownUntil()
            : challenger.knownUntil();
    var learned = Position.lastOf(known);
    return new Comparison(
        champion.version(),
        challenger.version(),
        last.compareTo(learned) > 0 ? last : learned,
        0,
        STAKES.stream().map(_ -> 0.0).toList());
  }

  /// Counts a label with what both models state for its snapshot.
  ///
  /// @param champion the probability that it states, from 0 to 1; `challenger` likewise
  public Comparison with(Position label, double champion, double challenger, boolean happened) {
    if (label.compareTo(read) <= 0) {
      return this;
    }
    double gain = (loss(champion, happened) - loss(challenger, happened)) / BOUND;
    var grown = new ArrayList<Double>();
    for (int i = 0; i < STAKES.size(); i++) {
      grown.add(wealths.get(i) + StrictMath.log1p(STAKES.get(i) * gain));
    }
    return new Comparison(this.champion, this.challenger, label, labels + 1, grown);
  }

  private static double loss(double probability, boolean happened) {
    double clipped = Math.min(1 - NEAREST, Math.max(NEAREST, probability));
    return -StrictMath.log(happened ? clipped : 1 - clipped);
  }

  /// The mean wealth; it began at 1.
  public double wealth() {
    return wealths.stream().mapToDouble(StrictMath::exp).sum() / wealths.size();
  }

  /// Whether the challenger takes over; until then the champion stays.
  public boolean won() {
    return wealth() >= LINE;
  }

  public JsonObject toJson() {
    return Json.object()
        .put("champion", champion)
        .put("challenger", challenger)
        .put("read_known", read.known().toString())
        .put("read_id", read.id().toString())
        .put("labels", labels)
        .put("wealths", Json.array(wealths.stream().map(Json::of).toList()))
        .build();
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else.
  public static Comparison fromJson(JsonObject json) {
    var wealths = new ArrayList<Double>();
    for (var item : json.items("wealths")) {
      if (item instanceof JsonNumber(var value)) {
        wealths.add(value);
      }
    }
    return new Comparison(
        (int) number(json, "champion"),
        (int) number(json, "challenger"),
        new Position(
            Instant.parse(json.text("read_known").orElseThrow(Comparison::damaged)),
            UUID.fromString(json.text("read_id").orElseThrow(Comparison::damaged))),
        (long) number(json, "labels"),
        wealths);
  }

  private static double number(JsonObject json, String name) {
    return json.number(name).orElseThrow(Comparison::damaged);
  }

  private static IllegalArgumentException damaged() {
    return new IllegalArgumentException("a stored comparison is damaged");
  }
}
