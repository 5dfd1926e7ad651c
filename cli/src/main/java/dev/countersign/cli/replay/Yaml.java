package dev.countersign.cli.replay;

import dev.countersign.kernel.Json;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads a YAML document as the JSON value that it stands for.
final class Yaml {
  // A mapping is a page; an alias bomb is not one.
  private static final int LARGEST = 256 * 1024;
  private static final int MOST_ALIASES = 10;

  private Yaml() {}

  /// A text that is no YAML, or says what JSON cannot say.
  static final class MalformedYaml extends RuntimeException {
    private static final long serialVersionUID = 1;

    MalformedYaml(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  static Json read(String text) {
    var settings =
        LoadSettings.builder()
            .setAllowDuplicateKeys(false)
            .setCodePointLimit(LARGEST)
            .setMaxAliasesForCollections(MOST_ALIASES)
            .build();
    try {
      return json(new Load(settings).loadFromString(text));
    } catch (YamlEngineException e) {
      throw new MalformedYaml(String.valueOf(e.getMessage()), e);
    }
  }

  private static Json json(@Nullable Object value) {
    return switch (value) {
      case null -> Json.NULL;
      case String text -> Json.of(text);
      case Boolean truth -> Json.of(truth.booleanValue());
      case Integer number -> Json.of(number.longValue());
      case Long number -> whole(number);
      case BigInteger number -> throw new MalformedYaml("`" + number + "` is too large", null);
      case Double number when Double.isFinite(number) -> Json.of(number.doubleValue());
      case Iterable<?> items -> {
        var list = new ArrayList<Json>();
        items.forEach(item -> list.add(json(item)));
        yield Json.array(list);
      }
      case Map<?, ?> members -> {
        var object = Json.object();
        members.forEach((name, member) -> object.put(String.valueOf(name), json(member)));
        yield object.build();
      }
      default -> throw new MalformedYaml("`" + value + "` has no form in JSON", null);
    };
  }

  private static Json whole(long number) {
    try {
      return Json.of(number);
    } catch (IllegalArgumentException e) {
      throw new MalformedYaml("`" + number + "` is too large", e);
    }
  }
}
