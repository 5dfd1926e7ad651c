package dev.countersign.cli.trust;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.ledger.Verdict;
import dev.countersign.trust.Stage;
import dev.countersign.trust.replay.Findings;
import dev.countersign.trust.replay.ReplayedScope;
import dev.countersign.trust.replay.ReplayedScope.Came;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/// What folding an export again came to, for people and for programs.
///
/// @param verdict on the export; empty if nobody asked for it
record ReplayReport(Path file, Optional<Verdict> verdict, Findings findings) {
  private static final String LINE = "%-36s  %-14s  %-20s  %-20s  %-14s  %-12s  %8s  %s";

  boolean sound() {
    return refused().isEmpty() && findings.sound();
  }

  private Optional<Verdict.Refused> refused() {
    return verdict.filter(Verdict.Refused.class::isInstance).map(Verdict.Refused.class::cast);
  }

  private long count(Predicate<Came> came) {
    return findings.scopes().stream().filter(scope -> came.test(scope.came())).count();
  }

  private long differ() {
    return count(Came.Differs.class::isInstance);
  }

  private long unknown() {
    return count(Came.Unknown.class::isInstance);
  }

  /// Nothing is said of what was folded where the export is not what was logged.
  List<String> lines() {
    return refused()
        .map(why ->
            List.of(
                format(
                    "FAILED: %s: %s: %s: %s",
                    file, why.place(), why.flaw().words(), why.message())))
        .orElseGet(this::told);
  }

  private List<String> told() {
    var lines = new ArrayList<String>();
    for (var fault : findings.faults()) {
      lines.add(format("fault: %s: log index %d: %s", file, fault.logIndex(), fault.words()));
    }
    findings.scopes().forEach(scope -> place(scope).ifPresent(lines::add));
    table(lines);
    lines.add(
        format(
            "%s: %s: entries: %,d, erased: %,d; scopes: %,d agree, %,d differ, %,d unknown; events: %,d",
            sound() ? "ok" : "FAILED",
            file,
            findings.entries(),
            findings.erased(),
            findings.scopes().size() - differ() - unknown(),
            differ(),
            unknown(),
            findings.heard()));
    notes(lines);
    return lines;
  }

  private Optional<String> place(ReplayedScope scope) {
    return switch (scope.came()) {
      case Came.Agrees() -> Optional.empty();
      case Came.Differs(var index, var words) ->
          Optional.of(
              format("differs: %s: log index %d: scope %s: %s", file, index, scope.id(), words));
      case Came.Unknown(var index, var words) ->
          Optional.of(
              format("unknown: %s: log index %d: scope %s: %s", file, index, scope.id(), words));
    };
  }

  private void table(List<String> lines) {
    if (findings.scopes().isEmpty()) {
      return;
    }
    lines.add(format(LINE, "ID", "STAGE", "ACTION", "QUEUE", "SITE", "ROLE", "HEARD", "STATES"));
    for (var scope : findings.scopes()) {
      lines.add(
          format(
              LINE,
              scope.id(),
              scope.stage().map(Stage::shown).orElse("-"),
              scope.key().actionType(),
              scope.key().queue(),
              scope.key().site(),
              scope.key().roleContext(),
              scope.heard(),
              word(scope.came())));
    }
  }

  private void notes(List<String> lines) {
    if (verdict.isEmpty()) {
      lines.add("note: the export was not verified; give the log's key with --key");
    }
    if (verdict.orElse(null) instanceof Verdict.Verified verified) {
      lines.add(
          format(
              "note: verified as the log `%s` of %,d%s",
              verified.checkpoint().origin(),
              verified.checkpoint().size(),
              verified.witnesses().isEmpty()
                  ? ""
                  : ", witnessed by " + String.join(", ", verified.witnesses())));
      verified.unproven().forEach(open -> lines.add("note: " + open.words()));
    }
    switch (findings.terms()) {
      case TOLD -> {}
      case ASSUMED ->
          lines.add(
              "note: the log does not tell what the tenant began as, so it was folded as"
                  + " `standard`; say it with --profile");
      case LOST -> lines.add("note: other terms were set by an entry that is erased");
    }
    if (findings.erased() > 0) {
      lines.add(
          "note: what only erased entries behind the last one of a scope told of it does not show"
              + (differ() > 0 ? "; one that set other terms makes states differ" : ""));
    }
  }

  JsonObject json() {
    var json =
        Json.object()
            .put("file", file.toString())
            .put("verification", verification())
            .put("sound", sound());
    if (refused().isPresent()) {
      var why = refused().get();
      return json.put("flaw", why.flaw().words())
          .put("place", why.place())
          .put("message", why.message())
          .build();
    }
    return json.put("entries", findings.entries())
        .put("erased", findings.erased())
        .put("heard", findings.heard())
        .put("differ", differ())
        .put("unknown", unknown())
        .put("terms", findings.terms().name().toLowerCase(Locale.ROOT))
        .put(
            "faults",
            Json.array(
                findings.faults().stream()
                    .map(fault ->
                        Json.object()
                            .put("log_index", fault.logIndex())
                            .put("message", fault.words())
                            .build())
                    .toList()))
        .put("scopes", Json.array(findings.scopes().stream().map(ReplayReport::json).toList()))
        .build();
  }

  private String verification() {
    return verdict
        .map(said ->
            switch (said) {
              case Verdict.Verified _ -> "verified";
              case Verdict.Refused _ -> "refused";
            })
        .orElse("none");
  }

  private static JsonObject json(ReplayedScope scope) {
    var json =
        Json.object()
            .put("scope_id", scope.id().toString())
            .put("scope", scope.key().toJson())
            .put("heard", scope.heard())
            .put("stage", scope.stage().map(stage -> Json.of(stage.word())))
            .put("states", word(scope.came()));
    return switch (scope.came()) {
      case Came.Agrees() -> json.build();
      case Came.Differs(var index, var words) ->
          json.put("log_index", index).put("message", words).build();
      case Came.Unknown(var index, var words) ->
          json.put("log_index", index).put("message", words).build();
    };
  }

  private static String word(Came came) {
    return switch (came) {
      case Came.Agrees() -> "agree";
      case Came.Differs _ -> "differ";
      case Came.Unknown _ -> "unknown";
    };
  }

  /// A line of its own: what a file has may be meant for the terminal.
  // The annotation that it asks for is in a library that nothing here needs.
  @SuppressWarnings("AnnotateFormatMethod")
  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values).replaceAll("\\p{C}", "?");
  }
}
