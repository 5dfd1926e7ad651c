package dev.countersign.policy.explain;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonBoolean;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.policy.AttributePath;
import dev.countersign.policy.Declaration;
import dev.countersign.policy.Model;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicyDecisionPoint.Ready;
import dev.countersign.policy.Reads;
import dev.countersign.policy.Request;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.check.CheckRequest;
import dev.countersign.policy.check.Metadata;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The changes of a check that are tried, in the order in which they are tried.
///
/// Metadata keys that a deciding policy reads, and `is_external_model`, come first: booleans are
/// flipped; numbers take each number that a policy has them next to, one less and one more, nearest
/// first; strings take each string that stands next to them, or that a registered model has there.
/// Then the registered models, those on the tenant's own premises first, and those that policies
/// name; then the registered operations, and those that policies name.
///
/// @param whole whether nothing was left out for want of room
record SearchSpace(List<Attribute> attributes, boolean whole) {
  /// A person reads the answer; more values make it slow, not better.
  static final int MOST_VALUES = 50;

  static final int MOST_KEYS = 40;

  private static final AttributePath METADATA = AttributePath.of("context", "metadata");
  private static final AttributePath MODEL = AttributePath.of("context", "model");
  private static final List<AttributePath> MODEL_NAMES =
      List.of(AttributePath.of("resource", "id"), MODEL.plus("name"));
  private static final List<AttributePath> OPERATION_NAMES =
      List.of(AttributePath.of("action", "name"), AttributePath.of("context", "operation", "name"));

  SearchSpace {
    attributes = List.copyOf(attributes);
  }

  /// @param asked the request as it resolves now
  static SearchSpace of(Request asked, TenantPolicies policies) {
    var builder = new Builder(asked, policies);
    builder.metadata();
    builder.models();
    builder.operations();
    return new SearchSpace(builder.attributes, builder.whole);
  }

  /// For use by one thread, once.
  private static final class Builder {
    private final Request asked;
    private final TenantPolicies policies;
    private final List<Reads> deciding;
    private final JsonObject metadata;
    private final List<Attribute> attributes = new ArrayList<>();
    private boolean whole = true;

    Builder(Request asked, TenantPolicies policies) {
      this.asked = asked;
      this.policies = policies;
      this.deciding =
          policies.point().ready().stream()
              .filter(ready -> ready.policy().mode() == Policy.Mode.ENFORCE)
              .map(Ready::condition)
              .map(condition -> condition.reads())
              .toList();
      this.metadata = asked.context().object("metadata").orElse(JsonObject.EMPTY);
    }

    void metadata() {
      var keys = keys();
      whole &= keys.size() <= MOST_KEYS;
      var byType = new ArrayList<Attribute>();
      keys.values().stream()
          .limit(MOST_KEYS)
          .sorted(Comparator.comparing(Declaration::type, BOOLEANS_FIRST))
          .forEach(declaration ->
              byType.add(
                  Attribute.metadata(declaration.key(), metadata, few(values(declaration)))));
      byType.stream().filter(attribute -> !attribute.values().isEmpty()).forEach(attributes::add);
    }

    private static final Comparator<Declaration.Type> BOOLEANS_FIRST =
        Comparator.comparingInt(type ->
            switch (type) {
              case BOOLEAN -> 0;
              case INTEGER, NUMBER -> 1;
              case STRING -> 2;
            });

    private SortedMap<String, Declaration> keys() {
      var declared = new TreeMap<>(policies.facts().declarations());
      declared.putAll(Metadata.known());
      var read = new TreeSet<String>();
      // No policy has to read it: it is one of the things that make a model external.
      read.add(Metadata.IS_EXTERNAL_MODEL);
      for (var reads : deciding) {
        for (var path : reads.paths()) {
          path.keyIn(METADATA).ifPresent(read::add);
          if (METADATA.keyIn(path).isPresent() || path.equals(METADATA)) {
            read.addAll(declared.keySet());
          }
        }
      }
      declared.keySet().retainAll(read);
      return declared;
    }

    private List<Json> values(Declaration declaration) {
      var now = metadata.member(declaration.key());
      var beside = beside(List.of(METADATA.plus(declaration.key())));
      var values =
          switch (declaration.type()) {
            case BOOLEAN -> List.<Json>of(Json.of(false), Json.of(true));
            case INTEGER -> numbers(beside, now, true);
            case NUMBER -> numbers(beside, now, false);
            case STRING ->
                strings(beside).stream()
                    .filter(text -> text.length() <= declaration.longest())
                    .<Json>map(Json::of)
                    .toList();
          };
      return values.stream().filter(value -> !now.equals(Optional.of(value))).toList();
    }

    private static List<Json> numbers(Collection<Json> beside, Optional<Json> now, boolean counts) {
      var found = new TreeSet<Double>();
      for (var value : beside) {
        if (value instanceof JsonNumber(var number)) {
          found.addAll(List.of(number - 1, number, number + 1));
        }
      }
      if (counts) {
        found.removeIf(number -> number < 0 || !new JsonNumber(number).integral());
      }
      double from = now.orElse(Json.of(0)) instanceof JsonNumber(var number) ? number : 0;
      return found.stream()
          .sorted(Comparator.comparingDouble(number -> Math.abs(number - from)))
          .<Json>map(Json::of)
          .toList();
    }

    private static SortedSet<String> strings(Collection<Json> values) {
      var found = new TreeSet<String>();
      for (var value : values) {
        switch (value) {
          case JsonString(var text) when text.indexOf('\0') < 0 -> found.add(text);
          case JsonArray(var items) -> found.addAll(strings(items));
          case JsonString(var _), JsonNumber(var _), JsonBoolean(var _) -> {}
          case JsonObject(var _), Json.JsonNull() -> {}
        }
      }
      return found;
    }

    /// What policies have next to one of these attributes.
    private Collection<Json> beside(List<AttributePath> paths) {
      var found = new LinkedHashSet<Json>();
      for (var reads : deciding) {
        for (var path : paths) {
          found.addAll(reads.literals().getOrDefault(path, List.of()));
          for (var other : reads.beside().getOrDefault(path, new TreeSet<>())) {
            asked.at(other).ifPresent(found::add);
            if (other.keyIn(MODEL).isPresent()) {
              registered().forEach(model -> found.addAll(said(model, other)));
            }
          }
        }
      }
      return found;
    }

    private List<Json> said(Model model, AttributePath path) {
      var facts = policies.facts().model(model.name(), false);
      return path.keyIn(MODEL).flatMap(facts::member).stream().toList();
    }

    private List<Model> registered() {
      var models = policies.facts().models().values();
      whole &= models.size() <= MOST_VALUES;
      return models.stream()
          .sorted(Comparator.comparing(Model::external).thenComparing(Model::name))
          .limit(MOST_VALUES)
          .toList();
    }

    void models() {
      var names = new LinkedHashSet<String>();
      registered().forEach(model -> names.add(model.name()));
      names.addAll(strings(beside(MODEL_NAMES)));
      named(Attribute.MODEL, asked.resource().id(), names, Model.LONGEST_NAME);
    }

    void operations() {
      var names = new LinkedHashSet<>(policies.facts().operations());
      policies.point().ready().stream()
          .filter(ready -> ready.policy().mode() == Policy.Mode.ENFORCE)
          .forEach(ready -> names.addAll(ready.policy().appliesTo().operations()));
      names.addAll(strings(beside(OPERATION_NAMES)));
      named(Attribute.OPERATION, asked.action().name(), names, CheckRequest.LONGEST_OPERATION);
    }

    private void named(String attribute, String now, Collection<String> names, int longest) {
      var values =
          few(
              names.stream()
                  .filter(name -> !name.isEmpty() && name.length() <= longest && !name.equals(now))
                  .<Json>map(Json::of)
                  .toList());
      if (!values.isEmpty()) {
        attributes.add(new Attribute(attribute, Optional.of(Json.of(now)), values));
      }
    }

    private List<Json> few(List<Json> values) {
      whole &= values.size() <= MOST_VALUES;
      return values.stream().limit(MOST_VALUES).toList();
    }
  }
}
