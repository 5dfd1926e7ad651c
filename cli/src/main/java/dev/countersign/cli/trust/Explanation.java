package dev.countersign.cli.trust;

import dev.countersign.cli.api.ActingOptions;
import dev.countersign.kernel.Json.JsonObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A trust scope in plain words: where it stands, what is missing, what would lower it and how near
/// that is, and what holds it whatever it earns, alarms of unusual hours among that.
final class Explanation {
  private final JsonObject scope;
  private final JsonObject autonomy;
  private final List<String> lines = new ArrayList<>();

  private Explanation(JsonObject scope, JsonObject autonomy) {
    this.scope = scope;
    this.autonomy = autonomy;
  }

  /// @param scope as the server shows it
  /// @param autonomy the tenant's ceilings
  static List<String> of(JsonObject scope, JsonObject autonomy) {
    var explanation = new Explanation(scope, autonomy);
    explanation.stands();
    explanation.missing();
    explanation.lowers();
    explanation.holds();
    return List.copyOf(explanation.lines);
  }

  private void stands() {
    say(
        "`%s` in queue `%s` at site `%s`, role `%s`",
        text("action_type"), text("queue"), text("site"), text("role_context"));
    say(
        "is at %s (`%s`) since %s, in the %s profile",
        text("stage_shown"), text("stage"), text("entered_at"), text("profile"));
    scope.object("earned").ifPresent(this::earned);
    scope
        .object("versions")
        .flatMap(versions -> versions.text("named"))
        .ifPresent(named -> say("its evidence is of %s", named));
    scope.object("score").ifPresent(this::score);
  }

  private void earned(JsonObject by) {
    say(
        "the test raised it there: %.0f counted, %.0f of them harm; evidence %.4g of %.0f (attempt %.0f, at most %.1f%% harm)",
        number(by, "counted"),
        number(by, "harms"),
        number(by, "wealth"),
        number(by, "line"),
        number(by, "attempt"),
        100 * number(by, "budget"));
  }

  private void score(JsonObject score) {
    double lowest = number(score, "lowest");
    double highest = number(score, "highest");
    var range =
        lowest == highest ? format("%.4f", lowest) : format("%.4f to %.4f", lowest, highest);
    var weights = score.object("weights");
    if (weights.isEmpty()) {
      say("its score is %s", range);
      return;
    }
    var words = new ArrayList<String>();
    for (var part : List.of("reliability", "alignment", "safety", "value")) {
      words.add(part + " " + share(weights.get(), part));
    }
    say(
        "its score is %s; it weighs %s, and overrides take away up to %s",
        range, String.join(", ", words), share(weights.get(), "override_rate"));
  }

  /// As it was set: with no more decimals than it has.
  private static String share(JsonObject weights, String name) {
    return weights
        .number(name)
        .map(share -> BigDecimal.valueOf(share).stripTrailingZeros().toPlainString())
        .orElse("-");
  }

  private void missing() {
    say("");
    var next = scope.object("next_step");
    if (next.isEmpty()) {
      say("there is no higher stage");
      return;
    }
    var to = next.get().text("to_shown").orElse("-");
    var conditions =
        next.get().items("conditions").stream()
            .filter(JsonObject.class::isInstance)
            .map(JsonObject.class::cast)
            .filter(condition -> !condition.truth("met").orElse(false))
            .toList();
    if (conditions.isEmpty()) {
      boolean signature = next.get().truth("needs_signature").orElse(true);
      say(
          "nothing is missing for %s: %s",
          to, signature ? "it waits for a signature" : "it rises with the next good news");
    } else {
      say("for %s is missing:", to);
      for (var condition : conditions) {
        say(
            "  %s: needs %s; there is %s",
            condition.text("name").orElse("-"),
            condition.text("needed").orElse("-"),
            condition.text("present").orElse("-"));
      }
    }
    scope.object("promotion_test").ifPresent(this::test);
  }

  private void test(JsonObject test) {
    var missing = test.number("clean_missing");
    var rate =
        test.number("harm_rate_lower")
            .flatMap(low ->
                test.number("harm_rate_upper")
                    .map(high -> format("%.1f%% to %.1f%%", 100 * low, 100 * high)));
    say(
        "  attempt %.0f: %.0f counted, %.0f of them harm; the rate of harm is %s, accepted is %.1f%%",
        number(test, "attempt"),
        number(test, "counted"),
        number(test, "harms"),
        rate.orElse("unknown"),
        100 * number(test, "budget"));
    if (missing.isEmpty()) {
      say("  more clean proposals than anybody could wait for are missing");
    } else if (missing.get() > 0) {
      say("  %.0f clean proposals in a row would pass the test", missing.get());
    }
    if (!test.truth("required").orElse(true)) {
      say("  the demo profile does not ask for that test");
    }
  }

  private void lowers() {
    say("");
    if (text("stage").equals("observe")) {
      say("it cannot be lowered any further");
      return;
    }
    say("it is lowered by");
    say("  one severe harm: to `observe`, at once");
    scope.object("watch").ifPresent(this::watch);
    scope.text("drops_at").ifPresent(at -> say("  no observed outcome until %s: to `propose`", at));
    say("  another model, tool or policy: to what is proven for that");
    say("  an administrator");
  }

  private void watch(JsonObject watch) {
    double limit = number(watch, "streak_limit");
    say(
        "  %.0f harmful executions in a row, %.0f more than now: one stage",
        limit, limit - number(watch, "streak"));
    watch
        .number("suspicion")
        .ifPresent(suspicion ->
            say(
                "  outcomes that look as if harm were over %.1f%%: one stage (suspicion %.1f of %.0f%s)",
                100 * number(watch, "budget"),
                suspicion,
                number(watch, "suspicion_line"),
                // Servers of before do not tell it.
                watch
                    .number("proved_line")
                    .map(proved -> String.format(Locale.ROOT, "; proved line %.0f", proved))
                    .orElse("")));
  }

  private void holds() {
    say("");
    var held = new ArrayList<String>();
    for (var each : scope.items("alarms")) {
      if (each instanceof JsonObject alarm) {
        held.add(alarm(alarm));
      }
    }
    autonomy
        .text("ceiling")
        .filter(ceiling -> !ceiling.equals("full_auto"))
        .ifPresent(ceiling -> held.add("the tenant's ceiling is `" + ceiling + "`"));
    for (var each : autonomy.items("model_ceilings")) {
      if (each instanceof JsonObject model) {
        held.add(
            format(
                "the ceiling of model `%s` is `%s`",
                model.text("model").orElse("-"), model.text("ceiling").orElse("-")));
      }
    }
    autonomy
        .text("undeclared_ceiling")
        .ifPresent(
            ceiling -> held.add("where no model is declared the ceiling is `" + ceiling + "`"));
    if (scope.truth("lowered_by_person").orElse(false)) {
      held.add("a person lowered it: only a signature raises it");
    }
    if (held.isEmpty()) {
      say("no ceiling and no alarm holds it; gates, freezes and policies are asked at each action");
      return;
    }
    say("whatever it earns, it is held by");
    held.forEach(line -> say("  %s", line));
    say("and gates, freezes and policies are asked at each action");
  }

  private static String alarm(JsonObject alarm) {
    return format(
        "an alarm, `%s` of the hour of %s: `propose` %s (%s, anomaly %s)",
        alarm.text("kind").orElse("-"),
        alarm.text("hour").orElse("unknown"),
        alarm
            .text("lowers_until")
            .map(until -> "until " + until + ", or until it is resolved")
            .orElse("until it is resolved"),
        alarm.text("state").orElse("-"),
        alarm.text("anomaly_id").orElse("-"));
  }

  private String text(String name) {
    return ActingOptions.text(scope, name);
  }

  private static double number(JsonObject json, String name) {
    return json.number(name).orElse(Double.NaN);
  }

  // The annotation that it asks for is in a library that nothing here needs.
  @SuppressWarnings("AnnotateFormatMethod")
  private void say(String form, Object... values) {
    lines.add(format(form, values));
  }

  @SuppressWarnings("AnnotateFormatMethod") // As above.
  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
