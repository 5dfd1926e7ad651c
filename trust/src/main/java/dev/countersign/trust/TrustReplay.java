package dev.countersign.trust;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/// Folds what scopes heard again, in the order of the log, and says where the log tells of another
/// state than comes of it. For one tenant and one thread.
///
/// Each event is folded by the [Edition] of the rules that folded it first. Whoever has the entries
/// needs neither us nor our database to see that a stage was earned. What is told may come from
/// anybody: whatever it is, folding it ends. Held meanwhile is a few hundred bytes for each
/// proposal.
public final class TrustReplay {
  /// As many as the server counts in one go; what is left is counted right after.
  private static final int WAITING_PART = 20;

  private Setting setting;
  private final Map<UUID, Scope> scopes = new LinkedHashMap<>();
  private final Map<ScopeKey, UUID> byKey = new HashMap<>();
  private final Map<Place, UUID> byPlace = new HashMap<>();

  /// @param setting that holds until [#set]
  public TrustReplay(Setting setting) {
    this.setting = setting;
  }

  /// What came of folding again what a scope heard.
  public sealed interface Folded {
    /// The state that the log tells.
    record Agreed() implements Folded {}

    /// Another state than the log tells, or none that can be.
    ///
    /// @param words what differs
    record Differs(String words) implements Folded {}

    /// Nothing was folded: what the scope heard before is not all there.
    ///
    /// @param count how much is missing, as far as it shows
    record Missing(long count) implements Folded {}
  }

  /// Each scope of an action type has an ordinal of its own, and so its own share of the risk.
  private record Place(String actionType, long ordinal) {}

  /// One scope, with what it remembers of its proposals.
  private static final class Scope {
    // By text, which orders UUIDs as PostgreSQL does; UUID's own order is signed.
    private static final Comparator<Remembered> BY_DEADLINE =
        Comparator.comparing((Remembered open) -> open.dueAt().orElse(Instant.MAX))
            .thenComparing(open -> open.proposalId().toString());

    private final ScopeKey key;
    private final long ordinal;
    private TrustState state;

    /// The number of what it heard last.
    private long heard;

    /// Whether that had a number: before there were numbers none had.
    private boolean numbered;

    private final Map<UUID, Remembered> memory = new HashMap<>();
    private final NavigableSet<Remembered> open = new TreeSet<>(BY_DEADLINE);
    private final NavigableMap<Long, Remembered> waiting = new TreeMap<>();

    Scope(Heard first, TrustState state) {
      this.key = first.key();
      this.ordinal = first.ordinal();
      this.state = state;
    }

    void keep(TrustFold.Step step) {
      state = step.state();
      for (var item : step.remembered()) {
        var before = memory.put(item.proposalId(), item);
        if (before != null) {
          open.remove(before);
          before.waitingTurn().ifPresent(waiting::remove);
        }
        if (item.phase() == Remembered.Phase.OPEN) {
          open.add(item);
        }
        item.waitingTurn().ifPresent(turn -> waiting.put(turn, item));
      }
    }

    List<Remembered> dueBefore(Instant now) {
      var found = new ArrayList<Remembered>();
      for (var item : open) {
        if (!item.dueBefore(now)) {
          break;
        }
        found.add(item);
      }
      return found;
    }

    List<Remembered> firstWaiting() {
      return waiting.values().stream().limit(WAITING_PART).toList();
    }
  }

  /// Another setting is in force from here on.
  public void set(Setting next) {
    setting = next;
  }

  /// Counts what was heard next.
  public Folded fold(Heard heard) {
    var known = scopes.get(heard.scopeId());
    long before = known == null ? 0 : known.heard;
    long number = heard.number().orElse(before + 1);
    if (number > before + 1) {
      return new Folded.Missing(number - before - 1);
    }
    if (number <= before) {
      return new Folded.Differs("event " + number + " of the scope is told again");
    }
    if (heard.number().isEmpty() && known != null && known.numbered) {
      return new Folded.Differs("event " + number + " of the scope has no number");
    }
    if (heard.what() instanceof Heard.What.Split(var from, _) && !scopes.containsKey(from)) {
      return new Folded.Missing(1);
    }
    try {
      return counted(heard, known == null ? begun(heard) : known);
    } catch (IllegalArgumentException
        | IllegalStateException
        | ArithmeticException
        | DateTimeException cannotBe) {
      return new Folded.Differs("what was heard cannot be: " + cannotBe.getMessage());
    }
  }

  private Scope begun(Heard heard) {
    var scope = new Scope(heard, TrustState.start(at(heard), heard.ordinal()));
    scopes.put(heard.scopeId(), scope);
    return scope;
  }

  private static Instant at(Heard heard) {
    return switch (heard.what()) {
      case Heard.What.Event(var event) -> event.at();
      case Heard.What.Split(_, var at) -> at;
    };
  }

  private Folded counted(Heard heard, Scope scope) {
    scope.heard++;
    scope.numbered = heard.number().isPresent();
    switch (heard.what()) {
      case Heard.What.Event(var event) -> count(scope, event, heard.edition());
      case Heard.What.Split(var from, var at) ->
          scope.state = known(from).state.split(at, heard.ordinal());
    }
    if (!scope.state.digest().equals(heard.state())) {
      return new Folded.Differs(
          "it comes to another state than the log tells, at stage `%s`"
              .formatted(scope.state.stage().word()));
    }
    return itself(heard, scope)
        ? new Folded.Agreed()
        : new Folded.Differs("it is told as the scope, or in the place, of another one");
  }

  private Scope known(UUID id) {
    var scope = scopes.get(id);
    if (scope == null) {
      throw new IllegalArgumentException("nothing was heard of scope `" + id + "`");
    }
    return scope;
  }

  /// Whether there is one scope of its name and of its place, and it keeps both.
  private boolean itself(Heard heard, Scope scope) {
    var place = new Place(heard.key().actionType(), heard.ordinal());
    var id = heard.scopeId();
    return scope.key.equals(heard.key())
        && scope.ordinal == heard.ordinal()
        && byKey.computeIfAbsent(heard.key(), _ -> id).equals(id)
        && byPlace.computeIfAbsent(place, _ -> id).equals(id);
  }

  private void count(Scope scope, TrustEvent event, Edition edition) {
    var fold = new TrustFold(setting, edition);
    var due = scope.dueBefore(scope.state.after(event.at()));
    long before;
    do {
      before = scope.state.counted();
      scope.keep(fold.settle(scope.state, event.at(), due, scope.firstWaiting()));
      due = List.of();
    } while (scope.state.counted() - before == WAITING_PART);
    var known = event.concerns().map(scope.memory::get);
    scope.keep(fold.apply(scope.state, event, known, List.of(), List.of()));
  }

  /// Where each scope stands, by its id, in the order in which they were first heard of.
  public Map<UUID, TrustState> states() {
    var states = new LinkedHashMap<UUID, TrustState>();
    scopes.forEach((id, scope) -> states.put(id, scope.state));
    return Collections.unmodifiableMap(states);
  }

  /// Where a scope stands; empty if nothing was heard of it.
  public Optional<TrustState> state(UUID scopeId) {
    return Optional.ofNullable(scopes.get(scopeId)).map(scope -> scope.state);
  }
}
