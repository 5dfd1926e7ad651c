package dev.countersign.cli.replay;

import dev.countersign.kernel.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What the columns of a log mean, and who plays whose part.
///
/// Only the attributes that are named are sent: what a log knows only afterwards must not reach
/// whoever decides. [MappingReader] reads it from YAML.
///
/// @param pack the file in `packs` that defines the workflow, for a hint
/// @param reference the column that tells cases apart
/// @param submitted the column with the time at which a case came in
/// @param attributes what is sent of a case, by its name
/// @param action the type of the action that is proposed
/// @param decidedAt the column with the time of the decision
/// @param byPerson which decisions a person made; the others are not replayed
/// @param reviewers names of keys; each case has one of them, always the same
record Mapping(
    String title,
    String workflow,
    String pack,
    String reference,
    String submitted,
    SortedMap<String, Attribute> attributes,
    String action,
    String decidedAt,
    Condition byPerson,
    Condition approved,
    Condition success,
    Condition failure,
    String agent,
    List<String> reviewers,
    String observer) {

  Mapping {
    attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    reviewers = List.copyOf(reviewers);
    if (reviewers.isEmpty()) {
      throw new IllegalArgumentException("a replay has at least one reviewer");
    }
  }

  /// A column as it is sent.
  record Attribute(String column, Type type) {}

  enum Type {
    NUMBER,
    TEXT
  }

  /// Every column that a log must have.
  SortedSet<String> columns() {
    var columns = new TreeSet<String>(List.of(reference, submitted, decidedAt));
    attributes.values().forEach(attribute -> columns.add(attribute.column()));
    List.of(byPerson, approved, success, failure).forEach(given -> columns.add(given.column()));
    return Collections.unmodifiableSortedSet(columns);
  }

  /// Who decides the case: by a hash, so that it is the same person at each run on each machine.
  String reviewer(String caseReference) {
    var hash = Digest.sha256(caseReference.getBytes(StandardCharsets.UTF_8)).bytes();
    return reviewers.get(Math.floorMod(hash[0], reviewers.size()));
  }

  /// Every key that the replay needs, each once, in the order of their first use.
  List<String> keys() {
    var keys = new ArrayList<String>(List.of(agent));
    keys.addAll(reviewers);
    keys.add(observer);
    return keys.stream().distinct().toList();
  }
}
