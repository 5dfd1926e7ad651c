package dev.countersign.cli.page;

import java.util.Locale;

/// Writes HTML and SVG: elements are ours, and every text and value is escaped. For use by one
/// thread.
public final class Markup {
  private final StringBuilder text = new StringBuilder();

  /// Markup of ours, without anything in it that came from elsewhere.
  public Markup raw(String markup) {
    text.append(markup);
    return this;
  }

  /// A text of whatever origin.
  public Markup text(String content) {
    text.append(escaped(content));
    return this;
  }

  /// An element with a text in it.
  public Markup element(String name, String content) {
    return raw("<" + name + ">").text(content).raw("</" + name + ">\n");
  }

  /// An element that needs no end, with attributes as names and values by turns.
  public Markup shape(String name, Object... attributes) {
    return open(name, attributes).raw("</" + name + ">\n");
  }

  public Markup open(String name, Object... attributes) {
    text.append('<').append(name);
    for (int i = 0; i < attributes.length; i += 2) {
      text.append(' ')
          .append(attributes[i])
          .append("=\"")
          .append(escaped(value(attributes[i + 1])))
          .append('"');
    }
    text.append('>');
    return this;
  }

  private static String value(Object value) {
    return value instanceof Double number
        ? String.format(Locale.ROOT, "%.2f", number)
        : value.toString();
  }

  static String escaped(String content) {
    var escaped = new StringBuilder();
    content
        .codePoints()
        .forEach(point -> {
          switch (point) {
            case '<' -> escaped.append("&lt;");
            case '>' -> escaped.append("&gt;");
            case '&' -> escaped.append("&amp;");
            case '"' -> escaped.append("&quot;");
            case '\'' -> escaped.append("&#39;");
            default -> {
              // What XML cannot say, and what turns the direction of a text, is shown as missing.
              boolean control = Character.isISOControl(point) && point != '\n' && point != '\t';
              boolean format = Character.getType(point) == Character.FORMAT;
              boolean surrogate = point >= 0xd800 && point <= 0xdfff;
              boolean none = point == 0xfffe || point == 0xffff;
              escaped.appendCodePoint(control || format || surrogate || none ? 0xfffd : point);
            }
          }
        });
    return escaped.toString();
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
