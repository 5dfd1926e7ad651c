package dev.countersign.kernel;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads JSON text strictly: what it accepts has one meaning for every reader (RFC 8259, RFC 7493).
///
/// Refused, each with the place: malformed UTF-8 or JSON, duplicate keys, lone surrogates, numbers
/// that do not survive a round trip through a double, nesting over the limit, anything behind the
/// value. Hand-written because what is refused here is what keeps a hash unambiguous; a property
/// holds it to Jackson's answers (`JsonReaderTest`).
///
/// Reading is linear in the input; the caller bounds its size. Safe for use by many threads.
public final class JsonReader {

  /// Deep enough for any request of ours, far from a thread's stack.
  public static final int DEFAULT_DEPTH = 16;

  /// Longer literals are refused before any arithmetic: no double needs more digits.
  private static final int LONGEST_NUMBER = 64;

  private static final int IN_OBJECT = -1;

  private final String text;
  private final int maxDepth;

  /// Where the reader is: at each depth a member's name or a position in an array.
  private final String[] names;

  private final int[] positions;
  private int at;

  private JsonReader(String text, int maxDepth) {
    this.text = text;
    this.maxDepth = maxDepth;
    this.names = new String[maxDepth];
    this.positions = new int[maxDepth];
  }

  /// Reads one value of at most `maxDepth` nested objects and arrays; throws [MalformedJson].
  public static Json read(byte[] utf8, int maxDepth) {
    try {
      var decoder =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT);
      return read(decoder.decode(ByteBuffer.wrap(utf8)).toString(), maxDepth);
    } catch (CharacterCodingException e) {
      throw new MalformedJson("the text is not UTF-8", e);
    }
  }

  /// Reads one value of at most `maxDepth` nested objects and arrays; throws [MalformedJson].
  public static Json read(String text, int maxDepth) {
    var reader = new JsonReader(text, maxDepth);
    reader.space();
    var value = reader.value(0);
    reader.space();
    if (reader.at < text.length()) {
      throw reader.malformed("something stands behind the value");
    }
    return value;
  }

  /// Reads an object of at most [#DEFAULT_DEPTH] levels; throws [MalformedJson].
  public static JsonObject readObject(String text) {
    if (read(text, DEFAULT_DEPTH) instanceof JsonObject object) {
      return object;
    }
    throw new MalformedJson("an object was expected");
  }

  private Json value(int depth) {
    if (at >= text.length()) {
      throw malformed("the text ends where a value was expected");
    }
    return switch (text.charAt(at)) {
      case '{' -> object(depth + 1);
      case '[' -> array(depth + 1);
      case '"' -> new JsonString(string());
      case 't' -> literal("true", Json.of(true));
      case 'f' -> literal("false", Json.of(false));
      case 'n' -> literal("null", Json.NULL);
      default -> number();
    };
  }

  private JsonObject object(int depth) {
    enter(depth);
    var members = new JsonObject.Fresh();
    if (empty('}')) {
      return new JsonObject(members);
    }
    do {
      space();
      if (at >= text.length() || text.charAt(at) != '"') {
        throw malformed("a key in quotes was expected");
      }
      int start = at;
      String name = string();
      names[depth - 1] = name;
      positions[depth - 1] = IN_OBJECT;
      space();
      expect(':');
      space();
      if (members.put(name, value(depth)) != null) {
        at = start;
        throw malformed("key `" + shortened(name) + "` is there twice");
      }
    } while (another('}'));
    return new JsonObject(members);
  }

  private Json array(int depth) {
    enter(depth);
    List<Json> items = new ArrayList<>();
    if (empty(']')) {
      return Json.array(items);
    }
    do {
      space();
      positions[depth - 1] = items.size();
      items.add(value(depth));
    } while (another(']'));
    return Json.array(items);
  }

  private void enter(int depth) {
    if (depth > maxDepth) {
      throw malformed("nesting is deeper than " + maxDepth + " at `" + path() + "`");
    }
    at++;
  }

  /// A JSON Pointer to the value that is being read, at the greatest depth.
  private String path() {
    var path = new StringBuilder();
    for (int i = 0; i < maxDepth; i++) {
      path.append('/')
          .append(positions[i] == IN_OBJECT ? shortened(names[i]) : Integer.toString(positions[i]));
    }
    return path.toString();
  }

  private boolean empty(char end) {
    space();
    if (at < text.length() && text.charAt(at) == end) {
      at++;
      return true;
    }
    return false;
  }

  private boolean another(char end) {
    space();
    if (at < text.length() && text.charAt(at) == ',') {
      at++;
      return true;
    }
    expect(end);
    return false;
  }

  private void expect(char wanted) {
    if (at >= text.length() || text.charAt(at) != wanted) {
      throw malformed("`" + wanted + "` was expected");
    }
    at++;
  }

  private Json literal(String word, Json meaning) {
    if (!text.startsWith(word, at)) {
      throw malformed("a value was expected");
    }
    at += word.length();
    return meaning;
  }

  private String string() {
    int start = ++at;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        return text.substring(start, at++);
      }
      if (c == '\\') {
        return escaped(start);
      }
      plain(c);
    }
    throw malformed("a string does not end");
  }

  private String escaped(int start) {
    var out = new StringBuilder(text.length() < start + 64 ? 32 : 64).append(text, start, at);
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        wellFormed(out);
        return out.toString();
      }
      if (c == '\\') {
        at++;
        out.append(escape());
      } else {
        plain(c);
        out.append(c);
      }
    }
    throw malformed("a string does not end");
  }

  private void plain(char c) {
    if (c < 0x20) {
      throw malformed("a control character stands unescaped in a string");
    }
    // Only a text that was decoded elsewhere can hold a lone surrogate here.
    if (Character.isSurrogate(c)) {
      boolean pair =
          Character.isHighSurrogate(c)
              && at + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(at + 1));
      boolean second =
          Character.isLowSurrogate(c) && at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
      if (!pair && !second) {
        throw malformed("a lone surrogate stands in a string");
      }
    }
    at++;
  }

  private char escape() {
    if (at >= text.length()) {
      throw malformed("a string does not end");
    }
    char c = text.charAt(at++);
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unit();
      default -> throw malformed("an unknown escape stands in a string");
    };
  }

  private char unit() {
    if (at + 4 > text.length()) {
      throw malformed("an escape is cut off");
    }
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      char c = text.charAt(at + i);
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw malformed("an escape is not four hexadecimal digits");
      }
      unit = unit * 16 + digit;
    }
    at += 4;
    return (char) unit;
  }

  private void wellFormed(CharSequence string) {
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < string.length()
          && Character.isLowSurrogate(string.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw malformed("a lone surrogate stands in a string");
      }
    }
  }

  private Json number() {
    int start = at;
    accept('-');
    if (accept('0')) {
      // A leading zero stands alone.
    } else if (digits() == 0) {
      at = start;
      throw malformed("a value was expected");
    }
    boolean integer = true;
    if (accept('.')) {
      integer = false;
      if (digits() == 0) {
        throw malformed("a fraction has no digits");
      }
    }
    if (accept('e') || accept('E')) {
      integer = false;
      if (!accept('+')) {
        accept('-');
      }
      if (digits() == 0) {
        throw malformed("an exponent has no digits");
      }
    }
    int length = at - start;
    if (integer && length <= 15) {
      return Json.of(Long.parseLong(text, start, at, 10));
    }
    return exact(text.substring(start, at), start);
  }

  /// The double that means what was written; refused if there is none.
  private Json exact(String literal, int start) {
    if (literal.length() <= LONGEST_NUMBER) {
      double value = Double.parseDouble(literal);
      // The exponent is bounded by now only if the double is finite and not flushed to zero.
      boolean zero =
          literal.chars().takeWhile(c -> c != 'e' && c != 'E').allMatch(c -> "-0.".indexOf(c) >= 0);
      if (value == 0 && zero) {
        return Json.of(0L);
      }
      if (Double.isFinite(value)
          && value != 0
          && new BigDecimal(literal).compareTo(new BigDecimal(JsonWriter.text(Json.of(value))))
              == 0) {
        return Json.of(value);
      }
    }
    at = start;
    throw malformed("number `" + shortened(literal) + "` does not survive as a double");
  }

  private boolean accept(char wanted) {
    if (at < text.length() && text.charAt(at) == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private int digits() {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at - start;
  }

  private void space() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        return;
      }
      at++;
    }
  }

  private static String shortened(String input) {
    return input.length() <= 40 ? input : input.substring(0, 40) + "…";
  }

  private MalformedJson malformed(String what) {
    return new MalformedJson(what + " (at character " + at + ")");
  }

  /// A text that is not JSON as we accept it; the message says what is wrong and where.
  public static final class MalformedJson extends RuntimeException {
    private static final long serialVersionUID = 1;

    MalformedJson(String message) {
      super(message);
    }

    MalformedJson(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
