package dev.countersign.cli.yaml;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Violation;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// A YAML or JSON text as a JSON value, with the place of each part by its JSON Pointer.
///
/// Immutable once read.
public final class PlacedYaml {
  /// As large as the server takes it.
  public static final int LARGEST = 4 * 1024 * 1024;

  /// As deep as the server takes it.
  private static final int DEEPEST = 32;

  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final String text;
  private final Json json;

  /// Where something stands, from 1.
  public record Place(int line, int column) {}

  private PlacedYaml(String text) {
    this.text = text;
    var settings =
        LoadSettings.builder().setAllowDuplicateKeys(false).setCodePointLimit(LARGEST).build();
    try {
      refuseTricks(settings);
      this.json =
          new Compose(settings)
              .composeString(text)
              .map(root -> read(root, ""))
              .orElseThrow(() -> new MalformedYaml(1, 1, "the file is empty"));
    } catch (MarkedYamlEngineException e) {
      var place = e.getProblemMark().map(PlacedYaml::place).orElse(new Place(1, 1));
      throw new MalformedYaml(place.line(), place.column(), String.valueOf(e.getProblem()));
    } catch (YamlEngineException e) {
      throw new MalformedYaml(1, 1, String.valueOf(e.getMessage()));
    }
  }

  /// Throws [MalformedYaml] at the first thing that is wrong.
  public static PlacedYaml read(String text) {
    return new PlacedYaml(text);
  }

  public Json json() {
    return json;
  }

  /// Where the value stands that the pointer names, or the nearest around it.
  public Place place(String pointer) {
    for (var at = pointer; ; at = at.substring(0, at.lastIndexOf('/'))) {
      var node = nodes.get(at);
      if (node != null) {
        return node.getStartMark().map(PlacedYaml::place).orElse(new Place(1, 1));
      }
      if (at.isEmpty() || at.indexOf('/') < 0) {
        return new Place(1, 1);
      }
    }
  }

  /// Where a place within a string stands in the file; the string's own place if the file writes it
  /// in a way that moves its characters.
  public Place within(String pointer, int line, int column) {
    if (!(nodes.get(pointer) instanceof ScalarNode scalar)
        || scalar.getStartMark().isEmpty()
        || scalar.getEndMark().isEmpty()) {
      return place(pointer);
    }
    var start = scalar.getStartMark().get();
    if (scalar.getScalarStyle() == ScalarStyle.LITERAL) {
      return new Place(start.getLine() + 1 + line, indent(start.getLine() + 1) + column);
    }
    int written = scalar.getEndMark().get().getIndex() - start.getIndex();
    int quotes = scalar.isPlain() ? 0 : 2;
    boolean asItIs = written - quotes == scalar.getValue().length();
    return asItIs && line == 1
        ? new Place(start.getLine() + 1, start.getColumn() + quotes / 2 + column)
        : place(pointer);
  }

  private int indent(int line) {
    return text.lines()
        .skip(line)
        .filter(each -> !each.isBlank())
        .findFirst()
        .map(each -> each.length() - each.stripLeading().length())
        .orElse(0);
  }

  /// Before anything is built: an alias may stand for a million values, and depth is stack.
  private void refuseTricks(LoadSettings settings) {
    int depth = 0;
    var events = new Parse(settings).parseString(text).iterator();
    for (var next = next(events); next.isPresent(); next = next(events)) {
      var event = next.get();
      var place = event.getStartMark().map(PlacedYaml::place).orElse(new Place(1, 1));
      if (event instanceof AliasEvent) {
        throw new MalformedYaml(place.line(), place.column(), "an alias has no place here");
      }
      if (tagged(event)) {
        throw new MalformedYaml(place.line(), place.column(), "a tag has no place here");
      }
      depth +=
          event instanceof CollectionStartEvent ? 1 : event instanceof CollectionEndEvent ? -1 : 0;
      if (depth > DEEPEST) {
        throw new MalformedYaml(
            place.line(), place.column(), "is nested deeper than " + DEEPEST + " levels");
      }
    }
  }

  private static boolean tagged(Event event) {
    return switch (event) {
      case ScalarEvent scalar -> scalar.getTag().isPresent();
      case CollectionStartEvent collection -> collection.getTag().isPresent();
      default -> false;
    };
  }

  /// The parser stumbles over some texts, such as an escape that is cut off, with whatever
  /// exception that gives.
  private static Optional<Event> next(Iterator<Event> events) {
    try {
      return events.hasNext() ? Optional.of(events.next()) : Optional.empty();
    } catch (YamlEngineException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new MalformedYaml(1, 1, "the file is not YAML");
    }
  }

  private Json read(Node node, String pointer) {
    nodes.put(pointer, node);
    return switch (node) {
      case MappingNode mapping -> mapping(mapping, pointer);
      case SequenceNode sequence -> {
        var items = new ArrayList<Json>();
        for (var item : sequence.getValue()) {
          items.add(read(item, pointer + "/" + items.size()));
        }
        yield Json.array(items);
      }
      case ScalarNode scalar -> scalar(scalar);
      default -> throw malformed(node, "has no form in JSON");
    };
  }

  private Json mapping(MappingNode mapping, String pointer) {
    var object = new LinkedHashMap<String, Json>();
    for (var member : mapping.getValue()) {
      if (!(member.getKeyNode() instanceof ScalarNode key)) {
        throw malformed(member.getKeyNode(), "a name must be a string");
      }
      var name = key.getValue();
      var escaped = name.replace("~", "~0").replace("/", "~1");
      if (object.put(name, read(member.getValueNode(), pointer + "/" + escaped)) != null) {
        throw malformed(key, "`" + name + "` is there twice");
      }
    }
    var json = Json.object();
    object.forEach(json::put);
    return json.build();
  }

  private static Json scalar(ScalarNode scalar) {
    var text = scalar.getValue();
    var tag = scalar.getTag();
    try {
      if (tag.equals(Tag.STR)) {
        return Json.of(text);
      }
      if (tag.equals(Tag.BOOL)) {
        return Json.of(Boolean.parseBoolean(text));
      }
      if (tag.equals(Tag.INT)) {
        return Json.of(Long.parseLong(text));
      }
      if (tag.equals(Tag.FLOAT)) {
        return Json.of(Double.parseDouble(text));
      }
      if (tag.equals(Tag.NULL)) {
        return Json.NULL;
      }
    } catch (IllegalArgumentException e) {
      throw malformed(scalar, "`" + text + "` is too large, or no number");
    }
    throw malformed(scalar, "the tag `" + tag.getValue() + "` has no form in JSON");
  }

  /// A problem as whoever wrote the file reads it: he made no request.
  ///
  /// @param kind of the file, such as `a mapping`
  public static String said(Violation problem, String kind) {
    var what =
        problem.code().equals("unknown_field")
            ? "is no key that " + kind + " has"
            : problem.message();
    return "`%s` %s".formatted(problem.pointer(), what);
  }

  private static MalformedYaml malformed(Node node, String message) {
    Optional<Place> place = node.getStartMark().map(PlacedYaml::place);
    return new MalformedYaml(
        place.map(Place::line).orElse(1), place.map(Place::column).orElse(1), message);
  }

  private static Place place(Mark mark) {
    return new Place(mark.getLine() + 1, mark.getColumn() + 1);
  }
}
