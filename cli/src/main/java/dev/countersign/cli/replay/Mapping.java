package dev.countersign.cli.replay;

import dev.countersign.kernel.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
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
/// @param digest of the text that it was read from, by which a later run knows it again
/// @param reference the column that tells cases apart
/// @param submitted the column with the time at which a case came in
/// @param queue in which cases are opened; the workflow's first if none is named
/// @param attributes what is sent of a case, by its name
/// @param action the type of the action that is proposed
/// @param decidedAt the column with the time of the decision
/// @param byPerson which decisions a person made; the others are not replayed
/// @param groups by which the report tells cases apart
record Mapping(
    String title,
    String workflow,
    String pack,
    Digest digest,
    LogShape shape,
    Times times,
    String reference,
    String submitted,
    Optional<String> queue,
    SortedMap<String, Attribute> attributes,
    String action,
    String decidedAt,
    Condition byPerson,
    Condition approved,
    Condition success,
    Condition failure,
    List<Grouping> groups,
    Parts parts) {

  Mapping {
    attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    groups = List.copyOf(groups);
  }

  /// Names of keys: who proposes, who decides and who observes.
  ///
  /// @param reviewers each case has one of them, always the same
  record Parts(String agent, List<String> reviewers, String observer) {
    Parts {
      reviewers = List.copyOf(reviewers);
      if (reviewers.isEmpty()) {
        throw new IllegalArgumentException("a replay has at least one reviewer");
      }
    }
  }

  /// A column as it is sent.
  ///
  /// @param optional whether it is left out where the column has no text
  record Attribute(String column, Type type, boolean optional) {}

  enum Type {
    NUMBER,
    TEXT,
    BOOLEAN
  }

  /// Every column that a row must have.
  SortedSet<String> columns() {
    var columns = new TreeSet<String>(List.of(reference, submitted, decidedAt));
    attributes.values().forEach(attribute -> columns.add(attribute.column()));
    List.of(byPerson, approved, success, failure)
        .forEach(given -> given.read().ifPresent(columns::add));
    groups.forEach(group -> columns.add(group.column()));
    return Collections.unmodifiableSortedSet(columns);
  }

  /// Who decides the case: by a hash, so that it is the same person at each run on each machine.
  String reviewer(String caseReference) {
    var hash = Digest.sha256(caseReference.getBytes(StandardCharsets.UTF_8)).bytes();
    return parts.reviewers().get(Math.floorMod(hash[0], parts.reviewers().size()));
  }

  /// Every key that the replay needs, each once, in the order of their first use.
  List<String> keys() {
    var keys = new ArrayList<String>(List.of(parts.agent()));
    keys.addAll(parts.reviewers());
    keys.add(parts.observer());
    return keys.stream().distinct().toList();
  }
}
