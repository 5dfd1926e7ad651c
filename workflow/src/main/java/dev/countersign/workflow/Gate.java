package dev.countersign.workflow;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a person last said about one transition of one workflow, for the tenant or for one site.
///
/// @param site [#EVERY_SITE] for the whole tenant
/// @param upTo the largest amount of the transition's `amount` for which it is authorized
/// @param form the digest of the transition that was authorized: cases of a new version of the
///   definition that changes the transition find the gate closed
/// @param alsoForms the digests that were authorized before and stay so, the newest first: running
///   cases keep the version that they began with
public record Gate(
    String workflow,
    String transition,
    String site,
    String name,
    boolean authorized,
    String by,
    Instant at,
    Optional<Instant> until,
    Optional<Long> upTo,
    String reason,
    Digest form,
    List<Digest> alsoForms) {

  public static final String EVERY_SITE = "*";

  /// Of so many forms the oldest case has run out long ago.
  public static final int MOST_FORMS = 50;

  public Gate {
    alsoForms = List.copyOf(alsoForms);
    if (alsoForms.size() >= MOST_FORMS || alsoForms.contains(form)) {
      throw new IllegalArgumentException("a gate knows each of fewer than 50 other forms once");
    }
  }

  /// The forms that stay authorized when one more is.
  public List<Digest> beside(Digest another) {
    return Stream.concat(Stream.of(form), alsoForms.stream())
        .filter(one -> !one.equals(another))
        .limit(MOST_FORMS - 1)
        .toList();
  }

  private boolean covers(Digest transitionForm) {
    return form.equals(transitionForm) || alsoForms.contains(transitionForm);
  }

  /// Whether somebody has opened it and it has not closed by itself or been closed since.
  public boolean stands(Optional<Gate> everywhere, Instant now) {
    return authorized
        && until.filter(end -> !now.isBefore(end)).isEmpty()
        && !closedSince(everywhere);
  }

  private boolean closedSince(Optional<Gate> everywhere) {
    return everywhere.filter(gate -> !gate.authorized() && !at.isAfter(gate.at())).isPresent();
  }

  /// Why this leaves the gate closed for a transition of that form and amount, if it does.
  ///
  /// @param amount of the case; empty if it has none, which is over any limit
  public Optional<String> objection(Digest transitionForm, Optional<Long> amount, Instant now) {
    if (!authorized) {
      return Optional.of("the gate `" + name + "` is revoked" + where() + ": " + reason);
    }
    if (until.isPresent() && !now.isBefore(until.get())) {
      return Optional.of("the gate `" + name + "` was authorized until " + until.get() + where());
    }
    if (!covers(transitionForm)) {
      return Optional.of(
          "the gate `%s` was not authorized for this transition as the case's version of the workflow has it%s; who authorizes names that version"
              .formatted(name, where()));
    }
    if (upTo.isPresent() && amount.filter(value -> value <= upTo.get()).isEmpty()) {
      return Optional.of(
          "the gate `%s` is authorized up to %d%s, and the case has %s"
              .formatted(
                  name, upTo.get(), where(), amount.map(String::valueOf).orElse("no amount")));
    }
    return Optional.empty();
  }

  private String where() {
    return site.equals(EVERY_SITE) ? "" : " for the site `" + site + "`";
  }

  /// Why the gate of a transition is closed at a site, if it is.
  ///
  /// What was said for the site counts beside what was said for the whole tenant: either may open
  /// it, a site that was closed stays closed, and closing it for the tenant closes every site until
  /// somebody opens that again, there or everywhere.
  ///
  /// @param everywhere what was said for the tenant
  /// @param there what was said for the site
  public static Optional<String> objection(
      Optional<Gate> everywhere,
      Optional<Gate> there,
      Transition transition,
      Optional<Long> amount,
      Instant now) {
    if (everywhere.isEmpty() && there.isEmpty()) {
      return Optional.of("the gate `" + transition.gate() + "` was never authorized");
    }
    var form = transition.digest();
    var tenants = everywhere.flatMap(gate -> gate.objection(form, amount, now));
    if (there.isEmpty()) {
      return tenants;
    }
    var sites = there.get().objection(form, amount, now);
    if (!there.get().authorized()) {
      return sites;
    }
    if (there.get().closedSince(everywhere)) {
      return tenants;
    }
    boolean openEverywhere = everywhere.isPresent() && tenants.isEmpty();
    return openEverywhere ? Optional.empty() : sites;
  }

  public JsonObject json() {
    return Json.object()
        .put("workflow", workflow)
        .put("transition", transition)
        .put("site", site)
        .put("gate", name)
        .put("authorized", authorized)
        .put("by", by)
        .put("at", at.toString())
        .put("until", until.map(time -> Json.of(time.toString())))
        .put("up_to", upTo.map(Json::of))
        .put("reason", reason)
        .put("forms", 1 + alsoForms.size())
        .build();
  }
}
