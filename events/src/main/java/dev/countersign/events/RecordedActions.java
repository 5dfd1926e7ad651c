package dev.countersign.events;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// The actions that entries of the ledger have: nothing else is ever told.
///
/// A filter for a mistyped action would wait for something that never happens, and nobody would
/// notice. So a filter that somebody gives MUST name what can be recorded; one that is stored
/// already is read as it stands. `RecordedActionsTest` of the server holds that nothing is missing
/// here.
public final class RecordedActions {
  /// A family a line.
  private static final String BY_FAMILY =
      """
      alarm settled
      anomaly acknowledged confirmed raised refused resolved
      approval deferred escalated expired granted refused rejected requested superseded
      auth login_failed
      autonomy refused set
      case corrected held migrated opened put_away refused released sla_missed
      decision exported made refused
      declaration refused registered removed
      decoy revealed seeded
      delegation created refused revoked
      drift raised
      entity put refused removed
      event posted refused
      execution completed discarded failed parked redriven refused rollback_failed \
      rollback_started rolled_back started
      freeze lifted refused set
      gate authorized refused revoked
      grant created expired refused revoked used
      hold lifted refused set
      key created refused revoked rotated
      ledger content_erased exported refused
      ledger_key compromised created retired
      limits changed refused
      model chosen promoted refused registered removed retrain_requested trained
      operation refused registered removed
      outcome corrected observed overdue refused
      pack loaded refused reset
      policy activated activation_rejected activation_requested activation_withdrawn discarded \
      drafted overrides_changed overrides_rejected overrides_requested overrides_withdrawn \
      refused retired simulated simulation_failed simulation_interrupted simulation_started \
      switched validated validation_failed values_changed values_rejected values_requested \
      values_withdrawn
      proposal authorized created edited expired held_back refused superseded withdrawn
      retention changed refused
      rule changed created failed fired notified refused
      scope refused split
      search answered refused
      stage demoted promoted refused
      task assigned completed failed opened refused started
      tenant created refused
      threshold set
      trap refused removed set
      trust refused settings_set
      vigilance refused set
      webhook changed created dead_lettered redriven refused removed tested
      workflow defined refused
      """;

  private static final SortedSet<String> ALL = all();

  private RecordedActions() {}

  private static SortedSet<String> all() {
    var all = new TreeSet<String>();
    for (var line : BY_FAMILY.lines().toList()) {
      var words = line.split(" +");
      for (int i = 1; i < words.length; i++) {
        all.add(words[0] + "." + words[i]);
      }
    }
    return Collections.unmodifiableSortedSet(all);
  }

  /// Each of them, in alphabetical order.
  public static SortedSet<String> names() {
    return ALL;
  }

  /// Why `pattern` would never take anything, in words for whoever wrote it; empty if it might.
  public static Optional<String> wrong(String pattern) {
    if (!ActionFilter.valid(pattern)) {
      return Optional.of("must be an action such as `gate.revoked`, or `gate.*`");
    }
    if (ALL.stream().anyMatch(action -> ActionFilter.fits(pattern, action))) {
      return Optional.empty();
    }
    var family = pattern.substring(0, pattern.indexOf('.'));
    var ofFamily = ALL.stream().filter(action -> action.startsWith(family + ".")).toList();
    var families = new TreeSet<String>();
    ALL.forEach(action -> families.add(action.substring(0, action.indexOf('.')) + ".*"));
    var known = new ArrayList<>(ofFamily.isEmpty() ? families : ofFamily);
    return Optional.of(
        "no entry has the action `%s`; there %s `%s`"
            .formatted(pattern, known.size() == 1 ? "is" : "are", String.join("`, `", known)));
  }
}
