package dev.countersign.kernel;

import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonBoolean;
import dev.countersign.kernel.Json.JsonNull;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/// Writes values as compact JSON text in the order of their members.
///
/// What is hashed or signed MUST be written by [CanonicalJson] instead.
public final class JsonWriter {

  private static final MathContext ONE_DIGIT = new MathContext(1, RoundingMode.HALF_EVEN);

  private JsonWriter() {}

  public static String text(Json value) {
    var out = new StringBuilder(256);
    write(out, value);
    return out.toString();
  }

  public static byte[] bytes(Json value) {
    return text(value).getBytes(StandardCharsets.UTF_8);
  }

  private static void write(StringBuilder out, Json value) {
    switch (value) {
      case JsonObject(var members) -> {
        out.append('{');
        boolean first = true;
        for (var member : members.entrySet()) {
          if (!first) {
            out.append(',');
          }
          first = false;
          string(out, member.getKey());
          out.append(':');
          write(out, member.getValue());
        }
        out.append('}');
      }
      case JsonArray(var items) -> {
        out.append('[');
        for (int i = 0; i < items.size(); i++) {
          if (i > 0) {
            out.append(',');
          }
          write(out, items.get(i));
        }
        out.append(']');
      }
      case JsonString(var text) -> string(out, text);
      case JsonNumber(var number) -> number(out, number);
      case JsonBoolean(var truth) -> out.append(truth);
      case JsonNull() -> out.append("null");
    }
  }

  /// Appends a string in quotes, as RFC 8785 section 3.2.2.2 writes it; canonical form has the
  /// same.
  public static void string(StringBuilder out, String text) {
    out.append('"');
    if (plain(text)) {
      out.append(text);
    } else {
      escaped(out, text);
    }
    out.append('"');
  }

  /// Most are written as they are.
  private static boolean plain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c == '"' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  private static void escaped(StringBuilder out, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\f' -> out.append("\\f");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < 0x20) {
            out.append("\\u00").append(c < 0x10 ? '0' : '1').append(hex(c & 0xf));
          } else {
            out.append(c);
          }
        }
      }
    }
  }

  private static char hex(int digit) {
    return "0123456789abcdef".charAt(digit);
  }

  /// A number as ECMAScript writes it (RFC 8785 section 3.2.2.3).
  ///
  /// Java's `Double.toString` gives the same shortest digits since JDK 19 (JDK-4511638), except
  /// that it never gives a single one; only their arrangement differs, so it is taken apart and put
  /// together anew.
  static void number(StringBuilder out, double value) {
    if (Math.rint(value) == value && Math.abs(value) <= JsonNumber.LARGEST_INTEGER) {
      out.append((long) value);
      return;
    }
    String text = shortest(Math.abs(value));
    if (value < 0) {
      out.append('-');
    }
    int e = text.indexOf('E');
    int exponent = e < 0 ? 0 : Integer.parseInt(text, e + 1, text.length(), 10);
    int dot = text.indexOf('.');
    int end = e < 0 ? text.length() : e;
    String digits = text.substring(0, dot) + text.substring(dot + 1, end);
    int point = dot + exponent;
    int leading = 0;
    while (leading < digits.length() - 1 && digits.charAt(leading) == '0') {
      leading++;
    }
    int last = digits.length();
    while (last > leading + 1 && digits.charAt(last - 1) == '0') {
      last--;
    }
    arrange(out, digits.substring(leading, last), point - leading);
  }

  /// One digit where one is enough: Java writes 4.9E-324 for what is 5e-324. Only among the
  /// smallest doubles, which are far apart, can one digit and two mean the same.
  private static String shortest(double value) {
    String text = Double.toString(value);
    if (value < Double.MIN_NORMAL && text.indexOf('E') == 3) {
      String one = new BigDecimal(text).round(ONE_DIGIT).toString();
      if (Double.parseDouble(one) == value) {
        return one.replace("E", ".0E");
      }
    }
    return text;
  }

  /// `digits` with the decimal point after the first `point` of them (ECMA-262, Number::toString).
  private static void arrange(StringBuilder out, String digits, int point) {
    int count = digits.length();
    if (count <= point && point <= 21) {
      out.append(digits).append("0".repeat(point - count));
    } else if (0 < point && point <= 21) {
      out.append(digits, 0, point).append('.').append(digits, point, count);
    } else if (-6 < point && point <= 0) {
      out.append("0.").append("0".repeat(-point)).append(digits);
    } else {
      out.append(digits.charAt(0));
      if (count > 1) {
        out.append('.').append(digits, 1, count);
      }
      out.append('e').append(point > 0 ? "+" : "").append(point - 1);
    }
  }
}
