package dev.countersign.policy.simulation;

import dev.countersign.kernel.Json;
import dev.countersign.policy.AttributePath;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicyDecisionPoint;
import dev.countersign.policy.Reads;
import dev.countersign.policy.Request;
import dev.countersign.policy.check.CheckRequest;
import dev.countersign.policy.check.Metadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// A policy set that is not in force, ready to answer recorded requests.
///
/// For use by one thread.
public final class Draft {
  private static final AttributePath METADATA = AttributePath.of("context", "metadata");
  private static final AttributePath THRESHOLD =
      AttributePath.of("context", "tenant", "max_risk_score");

  /// Sets of declared keys that are remembered: a tenant seldom declares a new one.
  private static final int MOST_KEY_SETS = 100;

  private final PolicyDecisionPoint point;
  private final SortedSet<String> sayable;
  private final List<Deciding> deciding;
  private final List<Needed> needed;
  private final boolean readsThreshold;
  private final Map<SortedSet<String>, List<Needed>> unsayable = new LinkedHashMap<>();

  private record Deciding(Policy policy, Reads reads) {}

  /// An attribute, and the policies that may read it and decide.
  private record Needed(AttributePath path, List<Policy> by) {
    boolean concerns(Request request) {
      return by.stream().anyMatch(policy -> policy.appliesTo().covers(request));
    }
  }

  /// @param declaredKeys the metadata keys that the tenant declares now
  public Draft(PolicyDecisionPoint point, SortedSet<String> declaredKeys) {
    this.point = point;
    this.sayable = sayable(declaredKeys);
    // What is only monitored decides nothing, so it can't make a decision unfit for replaying.
    this.deciding =
        point.ready().stream()
            .filter(ready -> ready.policy().mode() == Policy.Mode.ENFORCE)
            .map(ready -> new Deciding(ready.policy(), ready.condition().reads()))
            .toList();
    this.needed = guaranteed(deciding);
    this.readsThreshold =
        point.ready().stream().anyMatch(ready -> ready.condition().reads().sees(THRESHOLD));
  }

  public PolicyDecisionPoint point() {
    return point;
  }

  /// What the draft answers. MUST only be believed if nothing is [#missing].
  Decision decide(Request recorded) {
    return point.decide(readsThreshold ? underItsThreshold(recorded) : recorded);
  }

  /// An attribute that a deciding policy may read and that the record does not hold although the
  /// request may have had it; empty if the decision can be replayed.
  ///
  /// That a caller left something out is known, and is replayed as such. What he could not have
  /// said, because the key was declared later, is not known to be absent: nobody was asked.
  Optional<AttributePath> missing(RecordedDecision decision) {
    var request = decision.request();
    var left =
        decision.leftOut().stream()
            .filter(path -> seenBy(path).stream().anyMatch(each -> each.concerns(request)))
            .findFirst();
    if (left.isPresent()) {
      return left;
    }
    return unsayable(decision, request).or(() -> notWhole(request));
  }

  private Optional<AttributePath> unsayable(RecordedDecision decision, Request request) {
    // Metadata describes calls of models; of anything else nobody could ever say it.
    return request.resource().type().equals(CheckRequest.RESOURCE_TYPE)
        ? first(unsayable(decision.declaredKeys()), request)
        : Optional.empty();
  }

  private Optional<AttributePath> notWhole(Request request) {
    // Of an evaluation the caller says what there is; a check has all that is promised to policies.
    return request.context().member("caller").isPresent()
        ? Optional.empty()
        : needed.stream()
            .filter(each -> request.at(each.path()).isEmpty() && each.concerns(request))
            .map(Needed::path)
            .findFirst();
  }

  private static Optional<AttributePath> first(List<Needed> attributes, Request request) {
    return attributes.stream().filter(each -> each.concerns(request)).map(Needed::path).findFirst();
  }

  /// The metadata keys that can be said now and could not then, as far as policies may read them.
  private List<Needed> unsayable(SortedSet<String> declaredThen) {
    var known = unsayable.get(declaredThen);
    if (known != null) {
      return known;
    }
    var later = new TreeSet<>(sayable);
    later.removeAll(sayable(declaredThen));
    var found = new ArrayList<Needed>();
    for (var key : later) {
      found.addAll(seenBy(METADATA.plus(key)));
    }
    if (unsayable.size() == MOST_KEY_SETS) {
      unsayable.clear();
    }
    unsayable.put(declaredThen, found);
    return found;
  }

  private List<Needed> seenBy(AttributePath path) {
    var by =
        deciding.stream().filter(each -> each.reads().sees(path)).map(Deciding::policy).toList();
    return by.isEmpty() ? List.of() : List.of(new Needed(path, by));
  }

  private static List<Needed> guaranteed(List<Deciding> deciding) {
    var readers = new TreeMap<AttributePath, List<Policy>>();
    for (var each : deciding) {
      for (var path : each.reads().guaranteed()) {
        readers.computeIfAbsent(path, _ -> new ArrayList<>()).add(each.policy());
      }
    }
    return readers.entrySet().stream()
        .map(reader -> new Needed(reader.getKey(), List.copyOf(reader.getValue())))
        .toList();
  }

  private static SortedSet<String> sayable(SortedSet<String> declaredKeys) {
    var keys = new TreeSet<>(Metadata.known().keySet());
    keys.addAll(declaredKeys);
    return keys;
  }

  // Had the draft been in force, its threshold would have stood there.
  private Request underItsThreshold(Request recorded) {
    return recorded
        .context()
        .object("tenant")
        .map(tenant ->
            new Request(
                recorded.subject(),
                recorded.action(),
                recorded.resource(),
                recorded
                    .context()
                    .with(
                        "tenant", tenant.with("max_risk_score", Json.of(point.set().threshold())))))
        .orElse(recorded);
  }
}
