package dev.countersign.trust;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.trust.sequential.PromotionTest;
import dev.countersign.trust.sequential.RateInterval;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// One attempt at a step: what was counted, in the order of proposing, since the stage was entered.
///
/// Bounded: counts, and at most [#MOST_REVIEWERS] names, hashed.
///
/// @param number which attempt at this step it is, from 1
/// @param clean proposals that counted as clean
/// @param harms proposals that counted as harm
/// @param weighted what draws of a changing probability add to each bet, see [PromotionTest]
/// @param looked everything that people looked at, once draws of a changing probability are among
///   it: what is shown. The test has those in `weighted` and not in its counts
/// @param probability with which the draws were made, as long as all had the same
/// @param unsettled clean ones of which nobody saw an outcome: withdrawn, or never carried out
/// @param observed clean ones of which somebody saw an outcome
/// @param sourced those whose outcome somebody other than the approver saw
/// @param reviewers who independently decided, as hashes
/// @param days on how many days what was counted had been proposed
/// @param lastDay the latest of them
/// @param terms the budget of the step under which it counts, once an event came
record Attempt(
    long number,
    long clean,
    long harms,
    List<Double> weighted,
    Optional<Looked> looked,
    Optional<Double> probability,
    long unsettled,
    long observed,
    long sourced,
    SortedSet<String> reviewers,
    long days,
    Optional<LocalDate> lastDay,
    Optional<HarmBudget> terms) {

  /// More names tell nothing more: two are asked for.
  static final int MOST_REVIEWERS = 8;

  /// What people looked at, however it weighs.
  record Looked(long clean, long harms) {
    Looked {
      if (clean < 0 || harms < 0) {
        throw new IllegalArgumentException("what people looked at is not negative");
      }
    }

    long all() {
      return clean + harms;
    }

    private Looked plus(boolean harm) {
      return new Looked(clean + (harm ? 0 : 1), harms + (harm ? 1 : 0));
    }

    private Looked corrected() {
      return new Looked(Math.max(0, clean - 1), harms + 1);
    }
  }

  Attempt {
    weighted = List.copyOf(weighted);
    reviewers = Collections.unmodifiableSortedSet(new TreeSet<>(reviewers));
    if (number < 1 || clean < 0 || harms < 0 || unsettled < 0 || sourced < 0 || days < 0) {
      throw new IllegalArgumentException("what an attempt counts is not negative");
    }
    if (reviewers.size() > MOST_REVIEWERS || sourced > observed) {
      throw new IllegalArgumentException("a count of an attempt is out of its bounds");
    }
  }

  /// With nothing counted.
  static Attempt start(long number) {
    return inheriting(number, 0);
  }

  /// With the harms of the scope that it was split from.
  static Attempt inheriting(long number, long harms) {
    return new Attempt(
        number,
        0,
        harms,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        0,
        0,
        0,
        Collections.emptySortedSet(),
        0,
        Optional.empty(),
        Optional.empty());
  }

  PromotionTest test(double budget) {
    return new PromotionTest(budget, clean, harms, weighted);
  }

  /// What a person reads as n and harms.
  Looked shown() {
    return looked.orElse(new Looked(clean, harms));
  }

  long counted() {
    return shown().all();
  }

  /// Where the rate of harm lies; empty where nothing was counted, or where draws of a changing
  /// probability were, of which no interval is known.
  Optional<RateInterval> rate() {
    return counted() == 0 || !weighted.isEmpty()
        ? Optional.empty()
        : Optional.of(RateInterval.of(counted(), harms));
  }

  /// Counts a proposal that was shown, or drawn like all before it.
  Attempt plus(boolean harm) {
    return new Attempt(
        number,
        clean + (harm ? 0 : 1),
        harms + (harm ? 1 : 0),
        weighted,
        looked.map(all -> all.plus(harm)),
        probability,
        unsettled,
        observed,
        sourced,
        reviewers,
        days,
        lastDay,
        terms);
  }

  /// Counts a proposal of an automatic mode by how it was drawn.
  Attempt plus(TrustEvent.Draw draw, boolean harm, double budget, Edition edition) {
    if (weighted.isEmpty() && probability.orElse(draw.probability()) == draw.probability()) {
      return draw.selected() ? drawn(draw).plus(harm) : drawn(draw);
    }
    var test = test(budget).plus(draw.selected(), harm && draw.selected(), draw.probability());
    var next = with(test);
    // Whom chance left out weighs in the test, and nobody looked at him.
    return edition.tellsEveryDraw()
        ? next.looking(draw.selected() ? shown().plus(harm) : shown())
        : next;
  }

  private Attempt drawn(TrustEvent.Draw draw) {
    return new Attempt(
        number,
        clean,
        harms,
        weighted,
        looked,
        Optional.of(draw.probability()),
        unsettled,
        observed,
        sourced,
        reviewers,
        days,
        lastDay,
        terms);
  }

  /// Takes a harm for what was counted as clean.
  Attempt corrected(Optional<TrustEvent.Draw> draw, double budget, Edition edition) {
    var test = test(budget);
    if (weighted.isEmpty() || draw.isEmpty()) {
      var next = with(test.corrected());
      return looked.isPresent() ? next.looking(shown().corrected()) : next;
    }
    // What a changing probability weighed is not taken back; the harm is added, which is stricter.
    var next = with(test.plus(true, true, draw.get().probability()));
    return edition.tellsEveryDraw() ? next.looking(shown().corrected()) : next;
  }

  private Attempt looking(Looked all) {
    return new Attempt(
        number,
        clean,
        harms,
        weighted,
        Optional.of(all),
        probability,
        unsettled,
        observed,
        sourced,
        reviewers,
        days,
        lastDay,
        terms);
  }

  private Attempt with(PromotionTest test) {
    return new Attempt(
        number,
        test.clean(),
        test.harms(),
        test.weighted(),
        looked,
        probability,
        unsettled,
        observed,
        sourced,
        reviewers,
        days,
        lastDay,
        terms);
  }

  /// Notes on which day what was counted had been proposed.
  Attempt onDay(Instant shownAt) {
    var day = LocalDate.ofInstant(shownAt, ZoneOffset.UTC);
    if (lastDay.filter(last -> !day.isAfter(last)).isPresent()) {
      return this;
    }
    return new Attempt(
        number,
        clean,
        harms,
        weighted,
        looked,
        probability,
        unsettled,
        observed,
        sourced,
        reviewers,
        days + 1,
        Optional.of(day),
        terms);
  }

  /// Notes whether anybody saw what came of a clean one, and whether it was another.
  Attempt seeing(boolean seen, boolean byAnother) {
    return new Attempt(
        number,
        clean,
        harms,
        weighted,
        looked,
        probability,
        unsettled + (seen ? 0 : 1),
        observed + (seen ? 1 : 0),
        sourced + (seen && byAnother ? 1 : 0),
        reviewers,
        days,
        lastDay,
        terms);
  }

  /// Counting under these terms from here on.
  Attempt under(HarmBudget budget) {
    return new Attempt(
        number,
        clean,
        harms,
        weighted,
        looked,
        probability,
        unsettled,
        observed,
        sourced,
        reviewers,
        days,
        lastDay,
        Optional.of(budget));
  }

  Attempt reviewedBy(String reviewer) {
    if (reviewers.size() == MOST_REVIEWERS || reviewers.contains(reviewer)) {
      return this;
    }
    var more = new TreeSet<>(reviewers);
    more.add(reviewer);
    return new Attempt(
        number,
        clean,
        harms,
        weighted,
        looked,
        probability,
        unsettled,
        observed,
        sourced,
        more,
        days,
        lastDay,
        terms);
  }

  JsonObject toJson() {
    var json = Json.object();
    // Left out where it tells nothing, so that the states of before are the same bit for bit.
    looked.ifPresent(all ->
        json.put(
            "looked", Json.object().put("clean", all.clean()).put("harms", all.harms()).build()));
    return json.put("number", number)
        .put("clean", clean)
        .put("harms", harms)
        .put("weighted", Json.array(weighted.stream().map(Json::of).toList()))
        .put("probability", probability.map(Json::of))
        .put("unsettled", unsettled)
        .put("observed", observed)
        .put("sourced", sourced)
        .put("reviewers", Json.strings(reviewers))
        .put("days", days)
        .put("last_day", lastDay.map(day -> Json.of(day.toString())))
        .put("terms", terms.map(Attempt::terms))
        .build();
  }

  static Attempt fromJson(JsonObject json) {
    var reviewers = new TreeSet<String>();
    for (var item : json.items("reviewers")) {
      if (!(item instanceof JsonString(var reviewer))) {
        throw new IllegalArgumentException("the stored reviewers are damaged");
      }
      reviewers.add(reviewer);
    }
    return new Attempt(
        Stored.count(json, "number"),
        Stored.count(json, "clean"),
        Stored.count(json, "harms"),
        Stored.numbers(json, "weighted"),
        json.object("looked")
            .map(all -> new Looked(Stored.count(all, "clean"), Stored.count(all, "harms"))),
        json.number("probability"),
        Stored.count(json, "unsettled"),
        Stored.count(json, "observed"),
        Stored.count(json, "sourced"),
        reviewers,
        Stored.count(json, "days"),
        json.text("last_day").map(LocalDate::parse),
        json.object("terms").map(Attempt::terms));
  }

  private static JsonObject terms(HarmBudget budget) {
    return Json.object().put("rate", budget.rate()).put("from", budget.from().word()).build();
  }

  private static HarmBudget terms(JsonObject json) {
    return new HarmBudget(Stored.number(json, "rate"), Stored.word(json, "from", Severity::parse));
  }
}
