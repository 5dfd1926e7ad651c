package dev.countersign.server.yaml;

import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;

/// A text that is not YAML as we accept it; the message says what is wrong and where.
public final class MalformedYaml extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// The library's words may repeat the text that they are about.
  private static final int LONGEST = 200;

  MalformedYaml(String what, Throwable cause) {
    super(shortened(what, LONGEST), cause);
  }

  MalformedYaml(String what, Optional<Mark> place) {
    super(shortened(what, LONGEST) + place.map(MalformedYaml::place).orElse(""));
  }

  static String shortened(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    // Never between the halves of a pair.
    return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most)
        + "…";
  }

  private static String place(Mark mark) {
    return " (line %d, column %d)".formatted(mark.getLine() + 1, mark.getColumn() + 1);
  }
}
