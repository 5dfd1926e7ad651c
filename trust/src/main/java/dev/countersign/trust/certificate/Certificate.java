package dev.countersign.trust.certificate;

import dev.countersign.kernel.CanonicalJson;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.SignedNote;
import dev.countersign.trust.EarnedStage;
import dev.countersign.trust.Profile;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.Stage;
import dev.countersign.trust.StepFigures;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/// What a scope had earned at one moment: the text of a note that the log's keys sign.
///
/// The first line is fixed, so that no signature of one kind passes for one of another; the second
/// is a JSON object in canonical form (RFC 8785), whose one spelling is taken.
///
/// ```
/// countersign.dev/trust-certificate/v1
/// {"action_type":"refund","as_of":"2026-11-23T08:00:00Z", ..}
/// ```
///
/// @param asOf for when it is true: when it was issued; in a demo tenant, whose time is made up,
///   the scope's last event
/// @param budget the rate of harm that the stage accepts; empty at the lowest, where people decide
/// @param risk how likely a wrong promotion of any scope of the action type may be
/// @param earned by what evidence it came into the stage; empty where no test raised it there
/// @param next how far the evidence for the next step has come; empty at the highest stage
/// @param versions of model, tool and policies that the evidence is of, if any were named
/// @param checkpoint that covers every entry on which this rests, with its signatures
public record Certificate(
    TenantId tenant,
    UUID scopeId,
    ScopeKey scope,
    Profile profile,
    Stage stage,
    Instant since,
    Instant asOf,
    Optional<Double> budget,
    double risk,
    Optional<EarnedStage> earned,
    Optional<Next> next,
    Optional<String> versions,
    Instant issuedAt,
    Instant expiresAt,
    SignedNote checkpoint) {

  /// The first line: what is signed here, and in which version of the format.
  public static final String KIND = "countersign.dev/trust-certificate/v1";

  /// Long enough for a day's deployments, short enough that what was lowered is not shown for long.
  public static final Duration LIFE = Duration.ofHours(24);

  /// More than a text of versions can have.
  private static final int LONGEST_VERSIONS = 500;

  private static final String[] STAGES =
      Arrays.stream(Stage.values()).map(Stage::word).toArray(String[]::new);

  /// How far the evidence for the next step has come.
  ///
  /// @param counted proposals that were counted for it
  /// @param harms how many of them were harm
  public record Next(
      Stage to, long attempt, double budget, double wealth, double line, long counted, long harms) {

    /// The figures of the step that leads up from `stage`.
    public static Next of(Stage stage, StepFigures figures) {
      return new Next(
          stage.above().orElseThrow(),
          figures.attempt(),
          figures.budget(),
          figures.wealth(),
          figures.line(),
          figures.counted(),
          figures.harms());
    }

    private JsonObject json() {
      return Json.object()
          .put("to", to.word())
          .put("attempt", attempt)
          .put("budget", budget)
          .put("wealth", wealth)
          .put("line", line)
          .put("counted", counted)
          .put("harms", harms)
          .build();
    }

    private static Next read(Fields fields) {
      var next =
          new Next(
              stage(fields, "to"),
              count(fields, "attempt", 1),
              number(fields, "budget", 1),
              number(fields, "wealth", Double.MAX_VALUE),
              number(fields, "line", Double.MAX_VALUE),
              count(fields, "counted", 0),
              count(fields, "harms", 0));
      fields.closed();
      return next;
    }
  }

  public Certificate {
    if (expiresAt.isAfter(issuedAt.plus(LIFE)) || expiresAt.isBefore(issuedAt)) {
      throw new IllegalArgumentException("a certificate lives for at most " + LIFE);
    }
    if (earned.isPresent() && !earned.get().tellsOf(stage, since)) {
      throw new IllegalArgumentException("the evidence is not of this stage");
    }
  }

  /// Whether it is of a demo tenant, whose table raises what nobody should rely on.
  public boolean demo() {
    return profile == Profile.DEMO;
  }

  /// The text that is signed.
  public String text() {
    return KIND + "\n" + CanonicalJson.text(json()) + "\n";
  }

  /// What it states, as in its second line.
  public JsonObject json() {
    return scope
        .toJson()
        .with("tenant", Json.of(tenant.value().toString()))
        .with("scope_id", Json.of(scopeId.toString()))
        .with("profile", Json.of(profile.word()))
        .with("demo", Json.of(demo()))
        .with("stage", Json.of(stage.word()))
        .with("since", Json.of(since.toString()))
        .with("as_of", Json.of(asOf.toString()))
        .with("budget", budget.<Json>map(Json::of).orElse(Json.NULL))
        .with("risk", Json.of(risk))
        .with("earned", earned.<Json>map(EarnedStage::toJson).orElse(Json.NULL))
        .with("next_step", next.<Json>map(Next::json).orElse(Json.NULL))
        .with("versions", versions.<Json>map(Json::of).orElse(Json.NULL))
        .with("issued_at", Json.of(issuedAt.toString()))
        .with("expires_at", Json.of(expiresAt.toString()))
        .with("checkpoint", Json.of(checkpoint.toString()));
  }

  /// The certificate written in a note's text; throws [MalformedLedgerData] for everything that
  /// [#text] would not have written.
  public static Certificate parse(String text) {
    if (!text.startsWith(KIND + "\n")) {
      throw new MalformedLedgerData("the first line is not `" + KIND + "`");
    }
    try {
      var read = read(JsonReader.readObject(text.substring(KIND.length() + 1)));
      if (read.text().equals(text)) {
        return read;
      }
    } catch (Refusal.Invalid | JsonReader.MalformedJson | IllegalArgumentException e) {
      throw new MalformedLedgerData("it is not a certificate: " + e.getMessage(), e);
    }
    throw new MalformedLedgerData("it is not written as a certificate is");
  }

  private static Certificate read(JsonObject json) {
    var fields = Fields.of(json);
    var read =
        new Object() {
          final UUID tenant = fields.uuid("tenant");
          final UUID scope = fields.uuid("scope_id");
          final String site = fields.string("site", 1, ScopeKey.LONGEST_PART);
          final String queue = fields.string("queue", 1, ScopeKey.LONGEST_PART);
          final String action = fields.string("action_type", 1, ScopeKey.LONGEST_PART);
          final String role = fields.string("role_context", 1, ScopeKey.LONGEST_PART);
          final String profile = fields.word("profile", "standard", "demo");
          final boolean demo = fields.truth("demo");
          final Stage stage = stage(fields, "stage");
          final Instant since = fields.moment("since");
          final Instant asOf = fields.moment("as_of");
          final Optional<Double> budget = fields.optionalNumber("budget", 0, 1);
          final double risk = number(fields, "risk", 1);
          final Optional<EarnedStage> earned =
              fields.optionalNested("earned").map(Certificate::earned);
          final Optional<Next> next = fields.optionalNested("next_step").map(Next::read);
          final Optional<String> versions = fields.optionalString("versions", 1, LONGEST_VERSIONS);
          final Instant issued = fields.moment("issued_at");
          final Instant expires = fields.moment("expires_at");
          final String checkpoint = fields.string("checkpoint", 1, SignedNote.LONGEST);
        };
    if (read.demo != read.profile.equals(Profile.DEMO.word())) {
      fields.problem("demo", "wrong_value", "does not fit the profile");
    }
    fields.done();
    return new Certificate(
        new TenantId(read.tenant),
        read.scope,
        new ScopeKey(read.site, read.queue, read.action, read.role),
        Profile.parse(read.profile).orElseThrow(),
        read.stage,
        read.since,
        read.asOf,
        read.budget,
        read.risk,
        read.earned,
        read.next,
        read.versions,
        read.issued,
        read.expires,
        SignedNote.parse(read.checkpoint));
  }

  private static EarnedStage earned(Fields fields) {
    var earned =
        new EarnedStage(
            stage(fields, "to"),
            fields.moment("at"),
            count(fields, "attempt", 1),
            number(fields, "budget", 1),
            number(fields, "wealth", Double.MAX_VALUE),
            number(fields, "line", Double.MAX_VALUE),
            count(fields, "counted", 0),
            count(fields, "harms", 0),
            fields.optionalString("versions", 1, LONGEST_VERSIONS));
    fields.closed();
    return earned;
  }

  private static long count(Fields fields, String name, long least) {
    return fields.integer(name, least, Json.JsonNumber.LARGEST_INTEGER);
  }

  private static Stage stage(Fields fields, String name) {
    return Stage.parse(fields.word(name, STAGES)).orElseThrow();
  }

  /// What is missing yields a placeholder; `Fields.done` throws before it can be used.
  private static double number(Fields fields, String name, double max) {
    var number = fields.optionalNumber(name, 0, max);
    if (number.isEmpty()) {
      fields.problem(name, "missing", "is required");
    }
    return number.orElse(0.0);
  }
}
