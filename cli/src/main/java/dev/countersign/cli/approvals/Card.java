package dev.countersign.cli.approvals;

import dev.countersign.cli.api.ActingOptions;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.kernel.JsonWriter;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A request as a person reads it before he decides.
final class Card {
  private final JsonObject request;
  private final PrintWriter out;

  private Card(JsonObject request, PrintWriter out) {
    this.request = request;
    this.out = out;
  }

  static void print(JsonObject request, PrintWriter out) {
    new Card(request, out).print();
  }

  private void print() {
    line("request", ActingOptions.text(request, "id"));
    line("state", ActingOptions.text(request, "state"));
    if (demo(request)) {
      line("profile", "demo: what is decided here moves trust fast and proves nothing");
    }
    request.object("case").ifPresent(subject -> line("case", subject(subject)));
    request.object("action").ifPresent(action -> line("action", action.toString()));
    request.object("request").ifPresent(question -> line("question", question.toString()));
    request.text("proposer").or(() -> request.text("asker")).ifPresent(by -> line("asked by", by));
    effect();
    EvidenceLines.print(request, this::line);
    policies();
    agreement();
    line("expires", ListCommand.seconds(ActingOptions.text(request, "expires_at")));
    for (var decision : objects(request.items("decisions"))) {
      line(
          ActingOptions.text(decision, "decision"),
          "%s, %s%s"
              .formatted(
                  ActingOptions.text(decision, "approver_name"),
                  ListCommand.seconds(ActingOptions.text(decision, "decided_at")),
                  decision
                      .text("reason")
                      .filter(reason -> !reason.isEmpty())
                      .map(reason -> ": " + reason)
                      .orElse("")));
    }
    line("digest", ActingOptions.text(request, "approval_digest"));
    out.flush();
  }

  /// Whether it is of a tenant that only shows.
  static boolean demo(JsonObject request) {
    return request.text("profile").filter("demo"::equals).isPresent();
  }

  private static String subject(JsonObject subject) {
    return "%s, in %s, %s"
        .formatted(
            subject.text("reference").orElse("-"),
            subject.text("queue").orElse("-"),
            subject.object("attributes").orElse(JsonObject.EMPTY));
  }

  private void effect() {
    var changes = request.object("effect").map(effect -> effect.items("diff")).orElse(List.of());
    for (var change : objects(changes)) {
      line(
          "changes",
          "%s: %s -> %s"
              .formatted(
                  ActingOptions.text(change, "path"),
                  JsonWriter.text(change.member("before").orElse(Json.NULL)),
                  JsonWriter.text(change.member("after").orElse(Json.NULL))));
    }
  }

  private void policies() {
    request
        .object("decision")
        .ifPresent(decision ->
            line(
                "policies",
                "%s, risk %s"
                    .formatted(
                        decision.text("outcome").orElse("-"),
                        decision
                            .number("risk_score")
                            .map(score -> Long.toString(Math.round(score)))
                            .orElse("-"))));
    for (var reason : objects(request.items("mode_reasons"))) {
      line("mode", reason.text("mode").orElse("-") + ": " + reason.text("reason").orElse("-"));
    }
  }

  private void agreement() {
    line(
        "agreed",
        "%d of %d"
            .formatted(
                request.number("approved").orElse(0.0).longValue(),
                request.number("quorum").orElse(1.0).longValue()));
    var groups =
        request
            .object("requirement")
            .map(requirement -> requirement.items("groups"))
            .orElse(List.of());
    for (var group : objects(groups)) {
      line(
          "who",
          "%d of %s"
              .formatted(
                  group.number("quorum").orElse(1.0).longValue(), words(group.items("roles"))));
    }
  }

  private static String words(List<Json> words) {
    return words.stream()
        .flatMap(word ->
            word instanceof JsonString(var text)
                ? Optional.of(text).stream()
                : Optional.<String>empty().stream())
        .collect(Collectors.joining(", "));
  }

  private static List<JsonObject> objects(List<Json> items) {
    return items.stream().filter(JsonObject.class::isInstance).map(JsonObject.class::cast).toList();
  }

  private void line(String name, String text) {
    out.printf("%-14s %s%n", name, text);
  }
}
