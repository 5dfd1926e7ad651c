package dev.countersign.trust.replay;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.Disclosure;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.ProvenEntry;
import dev.countersign.ledger.Salt;
import dev.countersign.trust.Edition;
import dev.countersign.trust.Heard;
import dev.countersign.trust.Profile;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.Setting;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.TrustReplay;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// A log of what scopes heard, each entry with the state that truly comes of it.
final class ToldLog {
  private static final TenantId TENANT = new TenantId(new UUID(0, 1));

  private final List<ProvenEntry> entries = new ArrayList<>();
  private final Map<UUID, Long> numbers = new HashMap<>();
  private TrustReplay teller = new TrustReplay(Setting.STRICTEST);
  private Instant now = Instant.parse("2026-03-02T08:00:00Z");

  static ToldLog of(Profile profile) {
    var log = new ToldLog();
    log.teller = new TrustReplay(Setting.beginning(profile));
    log.tell("tenant.created", Json.object().put("profile", profile.word()).build());
    return log;
  }

  static ScopeKey key(UUID scope) {
    return new ScopeKey("main", "queue " + scope.getLeastSignificantBits(), "advance", "*");
  }

  Instant tick() {
    now = now.plusSeconds(60);
    return now;
  }

  int tell(String action, JsonObject details) {
    var id = new UUID(7, entries.size());
    var draft =
        new Entry.Draft(id, TENANT, tick(), "agent", action, "trust", "", id, "", "", details);
    var previous = entries.isEmpty() ? Digest.ZERO : Digest.sha256(new byte[] {1});
    var held =
        new Disclosure.Held(
            Salt.of(new byte[Salt.LENGTH]), draft.chained(entries.size(), previous));
    entries.add(ProvenEntry.of(entries.size(), held, List.of()));
    return entries.size() - 1;
  }

  int hear(UUID scope, TrustEvent event) {
    return tell("proposal.created", evidence(heard(scope, new Heard.What.Event(event))));
  }

  /// A proposal that a person approves; the place of the second entry.
  int approved(UUID scope) {
    var proposal = UUID.randomUUID();
    hear(scope, new TrustEvent.Proposed(proposal, tick(), Duration.ofDays(3), Optional.empty()));
    return hear(scope, decided(proposal, true));
  }

  TrustEvent decided(UUID proposal, boolean approved) {
    return new TrustEvent.Decided(
        proposal, approved, tick(), true, TrustEvent.Occasion.REVIEW, Optional.of("ck_person"));
  }

  int split(UUID scope, UUID from) {
    return tell("scope.split", evidence(heard(scope, new Heard.What.Split(from, tick()))));
  }

  int set(Setting before, Setting after) {
    teller.set(after);
    return tell("trust.settings_set", settings(before, after));
  }

  static JsonObject settings(Setting before, Setting after) {
    return Json.object().put("before", before.toJson()).put("after", after.toJson()).build();
  }

  static JsonObject evidence(Heard... heard) {
    return Json.object()
        .put("evidence", Json.array(List.of(heard).stream().map(Heard::toJson).toList()))
        .build();
  }

  Heard heard(UUID scope, Heard.What what) {
    long number = numbers.merge(scope, 1L, Long::sum);
    var _ = teller.fold(told(scope, number, what, Digest.ZERO));
    var state = teller.state(scope).orElseThrow().digest();
    return told(scope, number, what, state);
  }

  static Heard told(UUID scope, long number, Heard.What what, Digest state) {
    long ordinal = scope.getLeastSignificantBits();
    return new Heard(scope, key(scope), ordinal, Optional.of(number), what, Edition.NOW, state);
  }

  void erase(int place) {
    var gone = entries.get(place);
    entries.set(
        place,
        ProvenEntry.of(
            place,
            new Disclosure.Erased(gone.disclosure().leafHash(), now, "retention"),
            List.of()));
  }

  /// As if it had never been logged.
  void remove(int place) {
    entries.remove(place);
  }

  /// Another state than what came.
  void alter(int place) {
    change(place, "\"state\":\"", "\"state\":\"" + Digest.ZERO.hex().substring(0, 10));
  }

  void change(int place, String from, String to) {
    if (entries.get(place).disclosure() instanceof Disclosure.Held(var salt, var entry)) {
      var text = entry.details().toString();
      int at = text.indexOf(from);
      int length = Math.max(from.length(), to.length());
      var changed = text.substring(0, at) + to + text.substring(at + length);
      var draft =
          new Entry.Draft(
              entry.id(),
              entry.tenant(),
              entry.time(),
              entry.actor(),
              entry.action(),
              entry.resource(),
              entry.resourceId(),
              entry.correlationId(),
              "",
              "",
              JsonReader.readObject(changed));
      var held = new Disclosure.Held(salt, draft.chained(entry.tenantSeq(), entry.previous()));
      entries.set(place, ProvenEntry.of(entries.get(place).index(), held, List.of()));
    }
  }

  Findings replayed() {
    return replayed(Optional.empty());
  }

  Findings replayed(Optional<Profile> profile) {
    var log = new LoggedTrust(profile);
    entries.forEach(log::follow);
    return log.findings();
  }
}
