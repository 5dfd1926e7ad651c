package dev.countersign.server.contract;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The OpenAPI document as a JSON value, and how to find one's way in it.
record Document(JsonObject root) {
  static final String SCHEMAS = "#/components/schemas/";

  private static final String RESOURCE = "META-INF/openapi.yaml";
  private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete");

  /// Reads the document that the server publishes.
  static Document load() {
    try (var in = Document.class.getClassLoader().getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new AssertionError("`" + RESOURCE + "` is not on the class path");
      }
      var settings = LoadSettings.builder().setAllowDuplicateKeys(false).build();
      var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new Document((JsonObject) json(new Load(settings).loadFromString(text)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Every operation, in the order of the document.
  List<Operation> operations() {
    var operations = new ArrayList<Operation>();
    section("paths")
        .members()
        .forEach((path, item) -> {
          for (var method : METHODS) {
            ((JsonObject) item)
                .object(method)
                .ifPresent(node -> operations.add(new Operation(method, path, node)));
          }
        });
    return operations;
  }

  /// The schemas of `components`, by name.
  JsonObject schemas() {
    return section("components").object("schemas").orElseThrow();
  }

  JsonObject schema(String name) {
    return schemas().object(name).orElseThrow(() -> new AssertionError("no schema `" + name + "`"));
  }

  JsonObject section(String name) {
    return root.object(name).orElseThrow(() -> new AssertionError("no section `" + name + "`"));
  }

  /// What a reference such as `#/components/schemas/Case` stands for; empty if nothing is there.
  Optional<JsonObject> target(String reference) {
    if (!reference.startsWith("#/")) {
      return Optional.empty();
    }
    Optional<JsonObject> here = Optional.of(root);
    for (var step : reference.substring(2).split("/", -1)) {
      here = here.flatMap(object -> object.object(step));
    }
    return here;
  }

  /// The object itself, or what it refers to.
  JsonObject resolved(JsonObject object) {
    return object
        .text("$ref")
        .map(reference ->
            target(reference)
                .orElseThrow(() -> new AssertionError("`" + reference + "` is broken")))
        .orElse(object);
  }

  /// Every reference anywhere in the document.
  SortedSet<String> references() {
    var found = new TreeSet<String>();
    collect(root, found);
    return found;
  }

  private static void collect(Json value, SortedSet<String> found) {
    switch (value) {
      case JsonObject object -> {
        object.text("$ref").ifPresent(found::add);
        object.members().values().forEach(member -> collect(member, found));
      }
      case Json.JsonArray(var items) -> items.forEach(item -> collect(item, found));
      case Json.JsonString _, Json.JsonNumber _, Json.JsonBoolean _, Json.JsonNull _ -> {}
    }
  }

  private static Json json(@Nullable Object value) {
    return switch (value) {
      case null -> Json.NULL;
      case Map<?, ?> map -> {
        var object = Json.object();
        map.forEach((name, member) -> object.put(name.toString(), json(member)));
        yield object.build();
      }
      case List<?> list -> Json.array(list.stream().map(Document::json).toList());
      case Boolean truth -> Json.of(truth);
      case Integer number -> Json.of(number.longValue());
      case Long number -> Json.of(number);
      case Double number -> Json.of(number);
      case String text -> Json.of(text);
      default -> throw new AssertionError("`" + value + "` has no place in JSON");
    };
  }
}
