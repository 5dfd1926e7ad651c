package dev.countersign.cli.replay;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.kernel.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// Reads a log in XES (IEEE 1849), trace by trace.
///
/// The file is not trusted: there is no document type and no entity of its own in it, nothing is
/// fetched, and depth, the length of a tag, attributes of an event and the size are bounded. Keys
/// are taken as they are written; extensions, classifiers, globals and values within values say
/// nothing about a case.
final class XesLog {
  private static final int DEEPEST = 32;

  /// A tag or a text is held in memory before anything can be said of it.
  private static final int LONGEST_TAG = 1 << 20;

  private static final int MOST_ATTRIBUTES = 1_000;

  private final Path file;
  private final LogShape.Events shape;

  /// Keys of the mapping that were not seen yet: one that never comes is misspelled.
  private final Set<String> unseen = new TreeSet<>();

  XesLog(Path file, LogShape.Events shape) {
    this.file = file;
    this.shape = shape;
    unseen.addAll(List.of(shape.caseId(), shape.activity(), shape.time()));
    shape.columns().forEach(column -> unseen.add(column.take()));
    unseen.remove("");
  }

  /// Yields the digest of the file.
  Digest read(CaseReading reading) {
    var factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setXMLResolver((_, _, _, _) -> {
      throw new XMLStreamException("it refers to something outside of it");
    });
    try (var bytes = LogBytes.open(file);
        var bounded = new BoundedTags(bytes)) {
      var xml = factory.createXMLStreamReader(bounded);
      try {
        log(xml, reading);
      } finally {
        xml.close();
      }
      requireSeen(reading);
      return bytes.digest();
    } catch (XMLStreamException e) {
      var place = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNumber() + ": ";
      throw unusable(place + firstLine(String.valueOf(e.getMessage())));
    } catch (IOException e) {
      throw unusable(String.valueOf(e.getMessage()));
    }
  }

  private void requireSeen(CaseReading reading) {
    if (!unseen.isEmpty() && !reading.full()) {
      throw new CommandFailure.NotUsable(
          "nothing in the log has `" + String.join("`, `", unseen) + "`, which the mapping reads",
          "keys are compared as they are written, `time:timestamp` and `Timestamp` are two");
    }
  }

  private CommandFailure unusable(String why) {
    return new CommandFailure.NotUsable(
        "`" + file + "` cannot be read: " + why, "it must be XES, or XES in a .gz");
  }

  private static String firstLine(String message) {
    return message.replaceAll("\\s*\\R\\s*", " ");
  }

  private void log(XMLStreamReader xml, CaseReading reading) throws XMLStreamException {
    int depth = 0;
    while (xml.hasNext() && !reading.full()) {
      switch (xml.next()) {
        case XMLStreamConstants.DTD ->
            throw new XMLStreamException("a log has no document type", xml.getLocation());
        case XMLStreamConstants.START_ELEMENT -> {
          if (depth == 0 && !xml.getLocalName().equals("log")) {
            throw new XMLStreamException("it begins with no `log`", xml.getLocation());
          }
          if (depth == 1 && xml.getLocalName().equals("trace")) {
            trace(xml, reading);
          } else {
            depth = deeper(depth, xml);
          }
        }
        case XMLStreamConstants.END_ELEMENT -> depth--;
        default -> {}
      }
    }
  }

  private static int deeper(int depth, XMLStreamReader xml) throws XMLStreamException {
    if (depth >= DEEPEST) {
      throw new XMLStreamException(
          "it is nested deeper than " + DEEPEST + " levels", xml.getLocation());
    }
    return depth + 1;
  }

  /// From a `trace` to its end. Its attributes may stand behind its events.
  private void trace(XMLStreamReader xml, CaseReading reading) throws XMLStreamException {
    long line = xml.getLocation().getLineNumber();
    var said = new HashMap<String, String>();
    // The id may come last, and a trace is not held in memory: so it is put in afterwards.
    var events = new CaseEvents(shape, true, "", line);
    int depth = 0;
    while (depth >= 0) {
      int next = xml.next();
      if (next == XMLStreamConstants.START_ELEMENT) {
        if (depth == 0 && xml.getLocalName().equals("event")) {
          event(xml, events, reading);
        } else {
          if (depth == 0) {
            attribute(xml, said);
          }
          depth = deeper(depth, xml);
        }
      } else if (next == XMLStreamConstants.END_ELEMENT) {
        depth--;
      }
    }
    said.forEach(events::say);
    var id = said.getOrDefault(shape.caseId(), "");
    var row = events.row();
    reading.add(line, column -> column.equals(LogShape.Events.CASE) ? id : row.field(column));
  }

  private void event(XMLStreamReader xml, CaseEvents events, CaseReading reading)
      throws XMLStreamException {
    long line = xml.getLocation().getLineNumber();
    var said = new HashMap<String, String>();
    int depth = 0;
    while (depth >= 0) {
      int next = xml.next();
      if (next == XMLStreamConstants.START_ELEMENT) {
        if (depth == 0) {
          attribute(xml, said);
        }
        depth = deeper(depth, xml);
      } else if (next == XMLStreamConstants.END_ELEMENT) {
        depth--;
      }
    }
    try {
      var time = said.get(shape.time());
      if (time == null) {
        throw new IllegalArgumentException("an event has no `" + shape.time() + "`");
      }
      events.add(reading.times().read(time), column -> said.getOrDefault(column, ""));
    } catch (IllegalArgumentException e) {
      reading.problem(line, String.valueOf(e.getMessage()));
    }
  }

  private void attribute(XMLStreamReader xml, Map<String, String> said) throws XMLStreamException {
    var key = xml.getAttributeValue(null, "key");
    var value = xml.getAttributeValue(null, "value");
    if (key == null || value == null) {
      return;
    }
    if (said.size() >= MOST_ATTRIBUTES) {
      throw new XMLStreamException(
          "more than " + MOST_ATTRIBUTES + " attributes in one place", xml.getLocation());
    }
    said.putIfAbsent(key, value);
    unseen.remove(key);
  }

  /// Refuses a tag, or a text between tags, that is too long to be held.
  private static final class BoundedTags extends FilterInputStream {
    private long length;

    BoundedTags(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      if (value >= 0) {
        count((byte) value);
      }
      return value;
    }

    @Override
    public int read(byte[] bytes, int from, int size) throws IOException {
      int count = super.read(bytes, from, size);
      for (int i = from; i < from + count; i++) {
        count(bytes[i]);
      }
      return count;
    }

    /// The parser closes what it was given at its end, and the digest is still to be taken.
    @Override
    public void close() {}

    private void count(byte value) throws IOException {
      length = value == '>' ? 0 : length + 1;
      if (length > LONGEST_TAG) {
        throw new IOException("a tag or a text of it is longer than 1 MiB");
      }
    }
  }
}
