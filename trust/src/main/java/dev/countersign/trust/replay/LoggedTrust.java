package dev.countersign.trust.replay;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.ledger.Disclosure;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.ProvenEntry;
import dev.countersign.trust.Heard;
import dev.countersign.trust.Profile;
import dev.countersign.trust.Setting;
import dev.countersign.trust.TrustReplay;
import dev.countersign.trust.TrustReplay.Folded;
import dev.countersign.trust.TrustState;
import dev.countersign.trust.replay.Findings.Fault;
import dev.countersign.trust.replay.Findings.Terms;
import dev.countersign.trust.replay.ReplayedScope.Came;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Folds what the entries of one tenant tell of trust, in the order of the log, and compares each
/// state with the one that is told.
///
/// What a scope heard is numbered, so it shows where some of it is missing. If an entry is erased
/// since the scope was last heard of, it may have had that, and the scope is *unknown* from there;
/// if none is, it *differs*. Terms are those of the entries that set them. For one thread.
public final class LoggedTrust {
  private static final String CREATED = "tenant.created";
  private static final String SET = "trust.settings_set";
  private static final String EVIDENCE = "evidence";

  /// Who has read so many knows that the file is not what it should be.
  private static final int MOST_FAULTS = 100;

  private final TrustReplay replay;
  private final Map<UUID, Line> lines = new LinkedHashMap<>();
  private final List<Fault> faults = new ArrayList<>();
  private Setting setting;
  private Terms terms;
  private long entries;
  private long erased;
  private long heard;

  /// How many were erased when the setting was last told.
  private long erasedBeforeSetting;

  /// @param profile with which the tenant began, for a log that does not tell it any more
  public LoggedTrust(Optional<Profile> profile) {
    setting = profile.map(Setting::beginning).orElse(Setting.STRICTEST);
    terms = profile.isPresent() ? Terms.TOLD : Terms.ASSUMED;
    replay = new TrustReplay(setting);
  }

  /// What is known of one scope on the way.
  private static final class Line {
    private final Heard first;
    private long heard;
    private Came came = new Came.Agrees();

    /// Whether nothing is missing of what it heard.
    private boolean whole = true;

    /// How many were erased when it was last heard of.
    private long erasedBefore;

    Line(Heard first) {
      this.first = first;
    }
  }

  /// Takes the tenant's next entry.
  public void follow(ProvenEntry proven) {
    entries++;
    switch (proven.disclosure()) {
      case Disclosure.Erased _ -> erased++;
      case Disclosure.Held(_, var entry) -> {
        try {
          terms(proven.index(), entry);
          evidence(proven.index(), entry.details().member(EVIDENCE));
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException unreadable) {
          fault(
              proven.index(), "what it tells of trust cannot be read: " + unreadable.getMessage());
        }
      }
    }
  }

  private void terms(long index, Entry entry) {
    switch (entry.action()) {
      case CREATED ->
          entry.details().text("profile").flatMap(Profile::parse).ifPresent(this::begin);
      case SET -> set(index, entry.details());
      default -> {
        // Of no other does it depend how evidence is weighed.
      }
    }
  }

  private void begin(Profile profile) {
    terms = Terms.TOLD;
    told(Setting.beginning(profile));
  }

  private void set(long index, JsonObject details) {
    var before = details.object("before").map(Setting::fromJson);
    var after = details.object("after").map(Setting::fromJson);
    if (before.isEmpty() || after.isEmpty()) {
      throw new IllegalArgumentException("a setting has a `before` and an `after`");
    }
    if (terms == Terms.TOLD && !before.get().equals(setting)) {
      if (erased > erasedBeforeSetting) {
        terms = Terms.LOST;
      } else {
        fault(index, "other terms were in force before it than the log tells");
      }
    }
    told(after.get());
  }

  private void told(Setting next) {
    setting = next;
    replay.set(next);
    erasedBeforeSetting = erased;
  }

  private void evidence(long index, Optional<Json> told) {
    if (told.isEmpty()) {
      return;
    }
    if (!(told.get() instanceof JsonArray(var items))) {
      throw new IllegalArgumentException("evidence is a list");
    }
    for (var item : items) {
      if (!(item instanceof JsonObject one)) {
        throw new IllegalArgumentException("an item of the evidence is no object");
      }
      fold(index, Heard.fromJson(one));
    }
  }

  private void fold(long index, Heard one) {
    heard++;
    var line = lines.computeIfAbsent(one.scopeId(), _ -> new Line(one));
    line.heard++;
    if (line.whole) {
      var came =
          ofUnknown(one)
              ? lost(index, line, "it was split off a scope that cannot be folded")
              : came(index, line, replay.fold(one));
      line.came = line.came instanceof Came.Agrees ? came : line.came;
    }
    line.erasedBefore = erased;
  }

  private boolean ofUnknown(Heard one) {
    return one.what() instanceof Heard.What.Split(var from, _)
        && lines.containsKey(from)
        && !lines.get(from).whole;
  }

  private Came came(long index, Line line, Folded folded) {
    return switch (folded) {
      case Folded.Agreed() -> new Came.Agrees();
      case Folded.Differs(var words) -> new Came.Differs(index, words);
      case Folded.Missing(var count) when erased > line.erasedBefore ->
          lost(index, line, count + " of what it heard before may be in entries that are erased");
      case Folded.Missing(var count) when line.heard == 1 ->
          // Before entries had evidence, or before what is there.
          lost(index, line, "the log does not tell the first " + count + " that it heard");
      case Folded.Missing(var count) -> {
        line.whole = false;
        yield new Came.Differs(
            index,
            count + " of what it heard before are missing, and no entry in between is erased");
      }
    };
  }

  private static Came lost(long index, Line line, String words) {
    line.whole = false;
    return new Came.Unknown(index, words);
  }

  private void fault(long index, String words) {
    if (faults.size() < MOST_FAULTS) {
      faults.add(new Fault(index, words));
    }
  }

  /// What was found so far.
  public Findings findings() {
    var scopes = new ArrayList<ReplayedScope>();
    lines.forEach((id, line) ->
        scopes.add(
            new ReplayedScope(
                id,
                line.first.key(),
                line.heard,
                line.came,
                line.whole ? replay.state(id).map(TrustState::stage) : Optional.empty())));
    return new Findings(entries, erased, heard, scopes, faults, terms);
  }
}
