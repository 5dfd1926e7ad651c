package dev.countersign.server.yaml;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.JsonReader.MalformedJson;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads a YAML 1.2 text of the JSON schema strictly: what it accepts has one meaning, and JSON has
/// it too.
///
/// Refused, each with the place: malformed UTF-8 or YAML, tags, names that are no strings or are
/// there twice, numbers that JSON does not write or a double does not hold, nesting over the limit,
/// more than one document, no document, another version of YAML. Words such as `on`, `no`, `012`
/// and `0x1F` are strings.
///
/// An alias stands for what its anchor stood at, and counts as if that were written there: a text
/// whose aliases say more than a text of the largest size could is refused while it is read, and so
/// is one that nests too deep by them.
///
/// Values are made of the parser's events one after the other, so that nothing is built of what is
/// refused. Safe for use by many threads.
public final class YamlReader {
  /// The parser takes no other than 1.x; those before 1.2 have other meanings for the same words.
  private static final int MINOR_VERSION = 2;

  private static final int SHOWN = 40;

  private final LoadSettings settings;
  private final Iterator<Event> events;
  private final int largest;
  private final int maxDepth;
  private final Map<Anchor, Anchored> anchors = new HashMap<>();

  /// Characters and values so far, with those that aliases stand for.
  private long weight;

  /// What an alias may stand for.
  private record Anchored(Json value, long weight, int height) {}

  /// A value and how many objects and arrays stand one in the other there.
  private record Read(Json value, int height) {}

  private YamlReader(String text, int largest, int maxDepth) {
    this.largest = largest;
    this.maxDepth = maxDepth;
    // The library has a limit of its own, which is not to be the smaller one.
    this.settings = LoadSettings.builder().setCodePointLimit(largest).build();
    this.events = new Parse(settings).parseString(text).iterator();
  }

  /// Reads one value; throws [MalformedYaml]. The caller bounds the size.
  ///
  /// @param largest how many characters there may be, aliases written out
  /// @param maxDepth how many objects and arrays may stand one in the other
  public static Json read(byte[] utf8, int largest, int maxDepth) {
    try {
      var decoder =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT);
      return read(decoder.decode(ByteBuffer.wrap(utf8)).toString(), largest, maxDepth);
    } catch (CharacterCodingException e) {
      throw new MalformedYaml("the text is not UTF-8", e);
    }
  }

  /// Reads one value; throws [MalformedYaml].
  ///
  /// @param largest how many characters there may be, aliases written out
  /// @param maxDepth how many objects and arrays may stand one in the other
  public static Json read(String text, int largest, int maxDepth) {
    if (text.length() > largest) {
      throw new MalformedYaml(
          "the text has more than " + largest + " characters", Optional.empty());
    }
    return new YamlReader(text, largest, maxDepth).document();
  }

  private Event next() {
    try {
      return events.next();
    } catch (MarkedYamlEngineException e) {
      throw new MalformedYaml(String.valueOf(e.getProblem()), e.getProblemMark());
    } catch (YamlEngineException e) {
      throw new MalformedYaml("the text is not YAML: " + onOneLine(e), e);
    } catch (RuntimeException e) {
      // The parser reads nothing but the text. It stumbles over some, such as an escape that is cut
      // off, with whatever exception that gives: no fault of ours, and nothing to tell a stranger.
      throw new MalformedYaml("the text is not YAML", e);
    }
  }

  private static String onOneLine(YamlEngineException e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s+", " ").strip();
  }

  private Json document() {
    next();
    if (!(next() instanceof DocumentStartEvent start)) {
      throw new MalformedYaml("the text has no document", Optional.empty());
    }
    if (start.getSpecVersion().filter(version -> version.getMinor() != MINOR_VERSION).isPresent()) {
      throw malformed(start, "another version of YAML than 1.2 has other meanings");
    }
    var value = read(next(), 0).value();
    next();
    var end = next();
    if (!(end instanceof StreamEndEvent)) {
      throw malformed(end, "a second document begins");
    }
    return value;
  }

  private Read read(Event event, int depth) {
    if (event instanceof AliasEvent alias) {
      return meant(alias, depth);
    }
    if (tagged(event)) {
      throw malformed(event, "a tag has no place here");
    }
    long before = weight;
    weigh(event, 1);
    var read =
        switch (event) {
          case ScalarEvent scalar -> new Read(scalar(scalar), 0);
          case SequenceStartEvent _ -> sequence(entered(event, depth));
          case MappingStartEvent _ -> mapping(entered(event, depth));
          default -> throw malformed(event, "a value was expected");
        };
    ((NodeEvent) event)
        .getAnchor()
        .ifPresent(anchor ->
            anchors.put(anchor, new Anchored(read.value(), weight - before, read.height())));
    return read;
  }

  /// An anchor is known once its value is complete, so none stands within itself.
  private Read meant(AliasEvent alias, int depth) {
    var anchored = anchors.get(alias.getAlias());
    if (anchored == null) {
      throw malformed(
          alias,
          "alias `" + shown(alias.getAlias().getValue()) + "` stands for nothing that is complete");
    }
    weigh(alias, anchored.weight());
    if (depth + anchored.height() > maxDepth) {
      throw tooDeep(alias);
    }
    return new Read(anchored.value(), anchored.height());
  }

  private static boolean tagged(Event event) {
    return switch (event) {
      case ScalarEvent scalar -> scalar.getTag().isPresent();
      case SequenceStartEvent sequence -> sequence.getTag().isPresent();
      case MappingStartEvent mapping -> mapping.getTag().isPresent();
      default -> false;
    };
  }

  private int entered(Event event, int depth) {
    if (depth == maxDepth) {
      throw tooDeep(event);
    }
    return depth + 1;
  }

  private Read sequence(int depth) {
    List<Json> items = new ArrayList<>();
    int height = 0;
    for (var event = next(); !(event instanceof SequenceEndEvent); event = next()) {
      var item = read(event, depth);
      items.add(item.value());
      height = Math.max(height, item.height());
    }
    return new Read(Json.array(items), height + 1);
  }

  private Read mapping(int depth) {
    var members = new LinkedHashMap<String, Json>();
    int height = 0;
    for (var event = next(); !(event instanceof MappingEndEvent); event = next()) {
      var name = name(event);
      if (members.containsKey(name)) {
        throw malformed(event, "name `" + shown(name) + "` is there twice");
      }
      var member = read(next(), depth);
      members.put(name, member.value());
      height = Math.max(height, member.height());
    }
    return new Read(new JsonObject(members), height + 1);
  }

  /// Not an alias either: it is the text here that says which member this is.
  private String name(Event event) {
    if (event instanceof ScalarEvent scalar
        && !tagged(scalar)
        && scalar(scalar) instanceof Json.JsonString(var name)) {
      return name;
    }
    throw malformed(event, "a name must be a string; if it looks like something else, in quotes");
  }

  private Json scalar(ScalarEvent scalar) {
    var text = scalar.getValue();
    weigh(scalar, text.length());
    var tag =
        scalar.isPlain() ? settings.getSchema().getScalarResolver().resolve(text, true) : Tag.STR;
    if (tag.equals(Tag.NULL)) {
      return Json.NULL;
    }
    if (tag.equals(Tag.BOOL)) {
      return Json.of(text.equals("true"));
    }
    if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      return number(scalar, text);
    }
    try {
      return Json.of(text);
    } catch (IllegalArgumentException e) {
      throw malformed(scalar, "a lone surrogate stands in a string");
    }
  }

  /// As JSON reads it: one literal has one meaning, whichever way it came.
  private static Json number(ScalarEvent scalar, String literal) {
    try {
      return JsonReader.read(literal, 1);
    } catch (MalformedJson e) {
      throw malformed(
          scalar,
          "number `%s` is not one of JSON, or does not survive as a double"
              .formatted(shown(literal)));
    }
  }

  private void weigh(Event event, long more) {
    weight += more;
    if (weight > largest) {
      throw malformed(event, "with its aliases written out the text is too large");
    }
  }

  private MalformedYaml tooDeep(Event event) {
    return malformed(event, "nesting is deeper than " + maxDepth);
  }

  private static String shown(String input) {
    return MalformedYaml.shortened(input, SHOWN);
  }

  private static MalformedYaml malformed(Event event, String what) {
    return new MalformedYaml(what, event.getStartMark());
  }
}
