package dev.countersign.server.contract;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One method of one address, as the document describes it.
///
/// @param method in lower case, as OpenAPI writes it
/// @param path with its parameters in braces
record Operation(String method, String path, JsonObject node) {
  private static final Pattern PARAMETER = Pattern.compile("\\{([a-z_]+)}");

  /// How people name it: `POST /v1/check`.
  String name() {
    return method.toUpperCase(Locale.ROOT) + " " + path;
  }

  String permission() {
    return text("x-permission");
  }

  /// One entry, or those of which success writes one; none if nothing is changed.
  List<String> records() {
    return node.text("x-records")
        .map(List::of)
        .orElseGet(() ->
            node.items("x-records").stream().map(entry -> ((JsonString) entry).value()).toList());
  }

  /// Whether it has a body that is JSON.
  boolean readsJson() {
    return node()
        .object("requestBody")
        .flatMap(body -> body.object("content"))
        .filter(content -> content.object("application/json").isPresent())
        .isPresent();
  }

  boolean open() {
    return node.member("security").isPresent();
  }

  JsonObject responses() {
    return node.object("responses").orElseThrow();
  }

  String text(String member) {
    return node.text(member)
        .orElseThrow(() -> new AssertionError(name() + " has no `" + member + "`"));
  }

  /// Its parameters, with references followed.
  List<JsonObject> parameters(Document document) {
    return node.items("parameters").stream()
        .map(parameter -> document.resolved((JsonObject) parameter))
        .toList();
  }

  /// The names in the path's braces.
  List<String> pathParameters() {
    return PARAMETER.matcher(path).results().map(found -> found.group(1)).toList();
  }

  /// Whether an address without its query is this one.
  boolean matches(String address, Document document) {
    var spanning = new ArrayList<String>();
    for (var parameter : parameters(document)) {
      if (parameter.truth("x-spans-segments").orElse(false)) {
        spanning.add(parameter.text("name").orElseThrow());
      }
    }
    var pattern = new StringBuilder();
    int from = 0;
    var braces = PARAMETER.matcher(path);
    while (braces.find()) {
      pattern.append(Pattern.quote(path.substring(from, braces.start())));
      pattern.append(spanning.contains(braces.group(1)) ? ".+" : "[^/]+");
      from = braces.end();
    }
    pattern.append(Pattern.quote(path.substring(from)));
    Matcher whole = Pattern.compile(pattern.toString()).matcher(address);
    return whole.matches();
  }
}
