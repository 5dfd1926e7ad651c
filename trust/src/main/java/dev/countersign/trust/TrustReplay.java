package dev.countersign.trust;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/// Folds what scopes heard again, in the order of the log, and says where the log tells of another
/// state than comes of it. For one tenant and one thread.
///
/// Whoever has the entries needs neither us nor our database to see that a stage was earned.
public final class TrustReplay {
  private Setting setting;
  private final Map<UUID, Scope> scopes = new LinkedHashMap<>();

  /// @param setting that holds until [#set]
  public TrustReplay(Setting setting) {
    this.setting = setting;
  }

  /// One scope, with what it remembers of its proposals.
  private static final class Scope {
    private final ScopeKey key;
    private TrustState state;
    private final Map<UUID, Remembered> memory = new HashMap<>();

    /// The open ones by their deadline, and those that wait to be counted by their turn.
    private final NavigableMap<String, Remembered> due = new TreeMap<>();

    private final NavigableMap<Long, Remembered> waiting = new TreeMap<>();

    Scope(ScopeKey key, TrustState state) {
      this.key = key;
      this.state = state;
    }

    void keep(TrustFold.Step step) {
      state = step.state();
      for (var item : step.remembered()) {
        var before = memory.put(item.proposalId(), item);
        if (before != null) {
          before.dueAt().ifPresent(_ -> due.remove(place(before)));
          before.waitingTurn().ifPresent(waiting::remove);
        }
        if (item.phase() == Remembered.Phase.OPEN) {
          due.put(place(item), item);
        }
        item.waitingTurn().ifPresent(turn -> waiting.put(turn, item));
      }
    }

    private static String place(Remembered item) {
      long micros = item.dueAt().map(at -> at.getEpochSecond()).orElse(0L);
      int nanos = item.dueAt().map(Instant::getNano).orElse(0);
      return "%020d.%09d %s".formatted(micros, nanos, item.proposalId());
    }

    List<Remembered> dueBefore(Instant now) {
      var found = new ArrayList<Remembered>();
      for (var item : due.values()) {
        if (!item.dueBefore(now)) {
          break;
        }
        found.add(item);
      }
      found.sort(Comparator.comparing(Scope::place));
      return found;
    }
  }

  /// Another setting is in force from here on.
  public void set(Setting next) {
    setting = next;
  }

  /// Counts what was heard next; says in words what the log tells otherwise, if anything.
  ///
  /// Throws IllegalArgumentException for a split off a scope of which nothing was heard.
  public Optional<String> fold(Heard heard) {
    var scope =
        switch (heard.what()) {
          case Heard.What.Event(var event) -> {
            var known =
                scopes.computeIfAbsent(
                    heard.scopeId(),
                    _ -> new Scope(heard.key(), TrustState.start(event.at(), heard.ordinal())));
            count(known, event, heard.edition());
            yield known;
          }
          case Heard.What.Split(var from, var at) -> split(heard, from, at);
        };
    var came = scope.state.digest();
    return came.equals(heard.state())
        ? Optional.empty()
        : Optional.of(
            "scope `%s` comes to another state than the log tells, at stage `%s`"
                .formatted(heard.scopeId(), scope.state.stage().word()));
  }

  private Scope split(Heard heard, UUID from, Instant at) {
    var parent = scopes.get(from);
    if (parent == null) {
      throw new IllegalArgumentException("nothing was heard of scope `" + from + "`");
    }
    var fresh = new Scope(heard.key(), parent.state.split(at, heard.ordinal()));
    scopes.put(heard.scopeId(), fresh);
    return fresh;
  }

  private void count(Scope scope, TrustEvent event, Edition edition) {
    var fold = new TrustFold(setting, edition);
    var due = scope.dueBefore(scope.state.after(event.at()));
    var waiting = List.copyOf(scope.waiting.values());
    scope.keep(fold.settle(scope.state, event.at(), due, waiting));
    var known = event.concerns().map(scope.memory::get);
    scope.keep(fold.apply(scope.state, event, known, List.of(), List.of()));
  }

  /// Where each scope stands, by its id, in the order in which they were first heard of.
  public Map<UUID, TrustState> states() {
    var states = new LinkedHashMap<UUID, TrustState>();
    scopes.forEach((id, scope) -> states.put(id, scope.state));
    return Collections.unmodifiableMap(states);
  }

  /// What a scope stands for.
  public Optional<ScopeKey> key(UUID scopeId) {
    return Optional.ofNullable(scopes.get(scopeId)).map(scope -> scope.key);
  }
}
