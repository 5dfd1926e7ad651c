package dev.countersign.server.demo;

import dev.countersign.kernel.Json;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Reads YAML (JSON schema, no tags, no aliases to speak of) as JSON values.
final class YamlReader {
  /// A pack has no use for aliases; a few are harmless, many are an attack.
  private static final int MOST_ALIASES = 10;

  private static final int LARGEST = 256 * 1024;

  private YamlReader() {}

  static Json read(String yaml) {
    var settings =
        LoadSettings.builder()
            .setAllowDuplicateKeys(false)
            .setMaxAliasesForCollections(MOST_ALIASES)
            .setCodePointLimit(LARGEST)
            .build();
    return json(new Load(settings).loadFromString(yaml));
  }

  private static Json json(Object value) {
    return switch (value) {
      case null -> Json.NULL;
      case Map<?, ?> map -> {
        var object = Json.object();
        map.forEach((name, member) -> object.put(name.toString(), json(member)));
        yield object.build();
      }
      case List<?> list -> Json.array(list.stream().map(YamlReader::json).toList());
      case Boolean truth -> Json.of(truth);
      case Integer number -> Json.of(number.longValue());
      case Long number -> Json.of(number);
      case Double number -> Json.of(number);
      case String text -> Json.of(text);
      default -> throw new IllegalArgumentException("`" + value + "` has no place in JSON");
    };
  }
}
