package dev.countersign.trust;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a scope keeps whatever happens to its stage: so that crashing, registering again or
/// splitting gains nothing.
///
/// @param ordinal which scope of its tenant and action type it is, from 1: its share of the risk
/// @param entries how many times it entered a stage
/// @param turns how many proposals have a [Turn]
/// @param counted how many of them were counted, the first ones
/// @param attempts how often each stage's next step was begun
/// @param versions the versions of model, tool and policy that its certificate names, if it names
///   any
/// @param proven the highest stage that each of the latest versions holds, oldest first
record Standing(
    long ordinal,
    long entries,
    long turns,
    long counted,
    SortedMap<Stage, Long> attempts,
    Optional<String> versions,
    List<Proven> proven) {

  /// As many versions as anybody goes back to.
  static final int MOST_VERSIONS = 8;

  Standing {
    attempts = Collections.unmodifiableSortedMap(new TreeMap<>(attempts));
    proven = List.copyOf(proven);
    if (ordinal < 1 || entries < 0 || counted < 0 || counted > turns) {
      throw new IllegalArgumentException("a count of a standing is out of its bounds");
    }
    if (attempts.size() != Stage.values().length || proven.size() > MOST_VERSIONS) {
      throw new IllegalArgumentException(
          "every stage has its attempts, of versions a few are kept");
    }
  }

  /// Of a scope that begins its first attempt at the first step.
  static Standing start(long ordinal) {
    var attempts = new TreeMap<Stage, Long>();
    for (var stage : Stage.values()) {
      attempts.put(stage, stage == Stage.OBSERVE ? 1L : 0L);
    }
    return new Standing(ordinal, 0, 0, 0, attempts, Optional.empty(), List.of());
  }

  /// Of a scope that is split off this one: its attempts, and one more.
  Standing split(long number) {
    return new Standing(number, 0, 0, 0, attempts, versions, List.of()).entering(Stage.OBSERVE);
  }

  long attempt(Stage from) {
    return attempts.getOrDefault(from, 0L);
  }

  /// A stage is entered, or its evidence begins anew: one more attempt at its step.
  Standing entering(Stage stage) {
    var more = new TreeMap<>(attempts);
    more.merge(stage, 1L, Long::sum);
    return new Standing(ordinal, entries + 1, turns, counted, more, versions, proven);
  }

  Standing plusTurn() {
    return new Standing(ordinal, entries, turns + 1, counted, attempts, versions, proven);
  }

  Standing plusCounted() {
    return new Standing(ordinal, entries, turns, counted + 1, attempts, versions, proven);
  }

  /// The stage proven for `wanted`; observe if nothing was.
  Stage proven(String wanted) {
    return proven.stream()
        .filter(known -> known.versions().equals(wanted))
        .map(Proven::stage)
        .findFirst()
        .orElse(Stage.OBSERVE);
  }

  /// Nothing over `stage` is proven for any versions: what did the harm may have been any of them.
  Standing capping(Stage stage) {
    var capped =
        proven.stream()
            .map(known ->
                known.stage().compareTo(stage) > 0 ? new Proven(known.versions(), stage) : known)
            .toList();
    return new Standing(ordinal, entries, turns, counted, attempts, versions, capped);
  }

  /// Under the versions in force the scope is at `stage`.
  Standing proving(Stage stage) {
    return versions.map(named -> proving(named, stage)).orElse(this);
  }

  private Standing proving(String named, Stage stage) {
    var known = new ArrayList<>(proven);
    known.removeIf(one -> one.versions().equals(named));
    known.add(new Proven(named, stage));
    int surplus = Math.max(0, known.size() - MOST_VERSIONS);
    return new Standing(
        ordinal, entries, turns, counted, attempts, versions, known.subList(surplus, known.size()));
  }

  /// Which versions are named, as a proposal's memory keeps them: their text is long, and there is
  /// a memory for each proposal.
  Optional<String> digest() {
    return versions.map(
        named -> Digest.sha256(named.getBytes(StandardCharsets.UTF_8)).hex().substring(0, DIGEST));
  }

  /// Whether a proposal is of other versions than those that are named.
  ///
  /// One of which nobody noted any is of those that came first: as long as no others came, it is of
  /// those that are named.
  boolean others(Optional<String> digest) {
    return versions.isPresent()
        && (digest.isPresent() ? !digest.equals(digest()) : proven.size() > 1);
  }

  /// 128 bits: the names are chosen by callers, and nobody finds two with the same.
  private static final int DIGEST = 32;

  Standing naming(String named) {
    return new Standing(ordinal, entries, turns, counted, attempts, Optional.of(named), proven);
  }

  JsonObject toJson() {
    var begun = Json.object();
    attempts.forEach((stage, number) -> begun.put(stage.word(), number));
    var stages = new ArrayList<JsonObject>();
    for (var known : proven) {
      stages.add(
          Json.object()
              .put("versions", known.versions())
              .put("stage", known.stage().word())
              .build());
    }
    return Json.object()
        .put("ordinal", ordinal)
        .put("entries", entries)
        .put("turns", turns)
        .put("counted", counted)
        .put("attempts", begun.build())
        .put("versions", versions.map(Json::of))
        .put("proven", Json.array(stages))
        .build();
  }

  static Standing fromJson(JsonObject json) {
    var begun = Stored.object(json, "attempts");
    var attempts = new TreeMap<Stage, Long>();
    for (var stage : Stage.values()) {
      attempts.put(stage, Stored.count(begun, stage.word()));
    }
    var proven = new ArrayList<Proven>();
    for (var item : json.items("proven")) {
      if (!(item instanceof JsonObject known)) {
        throw new IllegalArgumentException("the stored versions are damaged");
      }
      proven.add(
          new Proven(Stored.word(known, "versions", Optional::of), Stored.stage(known, "stage")));
    }
    return new Standing(
        Stored.count(json, "ordinal"),
        Stored.count(json, "entries"),
        Stored.count(json, "turns"),
        Stored.count(json, "counted"),
        attempts,
        json.text("versions"),
        proven);
  }
}
