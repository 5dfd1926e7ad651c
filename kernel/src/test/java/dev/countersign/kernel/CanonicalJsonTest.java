package dev.countersign.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.testkit.Property;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.erdtman.jcs.JsonCanonicalizer;
import org.erdtman.jcs.NumberToJSON;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Holds the canonical form to another implementation of RFC 8785 and to that document's own table.
class CanonicalJsonTest {

  @Test
  void valuesAreWrittenAsTheOtherImplementationWritesThem() {
    Property.holdsFor(
        5_000,
        random -> {
          var value = Json.object().put("value", RandomJson.value(random, 4)).build();
          assertThat(CanonicalJson.bytes(value)).isEqualTo(canonicalized(JsonWriter.text(value)));
        });
  }

  @Test
  void numbersAreWrittenAsTheOtherImplementationWritesThem() {
    Property.holdsFor(
        200_000,
        random -> {
          double number = RandomJson.number(random);
          assertThat(CanonicalJson.text(Json.of(number))).isEqualTo(serialized(number));
        });
  }

  /// RFC 8785, appendix B.
  @ParameterizedTest
  @CsvSource({
    "0000000000000000, 0",
    "8000000000000000, 0",
    "0000000000000001, 5e-324",
    "8000000000000001, -5e-324",
    "7fefffffffffffff, 1.7976931348623157e+308",
    "ffefffffffffffff, -1.7976931348623157e+308",
    "4340000000000000, 9007199254740992",
    "c340000000000000, -9007199254740992",
    "4430000000000000, 295147905179352830000",
    "44b52d02c7e14af5, 9.999999999999997e+22",
    "44b52d02c7e14af6, 1e+23",
    "44b52d02c7e14af7, 1.0000000000000001e+23",
    "444b1ae4d6e2ef4e, 999999999999999700000",
    "444b1ae4d6e2ef4f, 999999999999999900000",
    "444b1ae4d6e2ef50, 1e+21",
    "3eb0c6f7a0b5ed8c, 9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d, 0.000001",
    "41b3de4355555553, 333333333.3333332",
    "41b3de4355555557, 333333333.33333343",
    "becbf647612f3696, -0.0000033333333333333333",
    "43143ff3c1cb0959, 1424953923781206.2"
  })
  void numbersAreWrittenAsTheStandardHasThem(String bits, String text) {
    double number = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));
    assertThat(CanonicalJson.text(Json.of(number))).isEqualTo(text);
  }

  /// RFC 8785, section 3.2.3.
  @Test
  void membersAreOrderedByUtf16Units() {
    var value = Json.object();
    for (var name : new String[] {"€", "\r", "\ufb33", "1", "😀", "\u0080", "ö"}) {
      value.put(name, true);
    }
    assertThat(CanonicalJson.text(value.build()))
        .isEqualTo(
            "{\"\\r\":true,\"1\":true,\"\u0080\":true,\"ö\":true,\"€\":true,\"😀\":true,\"\ufb33\":true}");
  }

  /// Java writes at least two digits, so it says 4.9E-324 where ECMAScript says 5e-324. (The other
  /// implementation is wrong here, for 1e-320 among others.)
  @Test
  void smallestNumbersHaveTheirShortestDigits() {
    for (long bits = 1; bits < 50_000; bits++) {
      double number = Double.longBitsToDouble(bits);
      String text = CanonicalJson.text(Json.of(number));
      assertThat(text).isEqualTo(shortest(number));
      assertThat(JsonReader.read(text, 16)).isEqualTo(Json.of(number));
    }
  }

  @Test
  void orderOfMembersDoesNotMatter() {
    var one = JsonReader.read("{\"b\":{\"y\":1,\"x\":2},\"a\":[{\"d\":1,\"c\":2}]}", 16);
    var other = JsonReader.read("{\"a\":[{\"c\":2,\"d\":1}],\"b\":{\"x\":2,\"y\":1}}", 16);
    assertThat(one).isEqualTo(other);
    assertThat(Digest.ofCanonical(one)).isEqualTo(Digest.ofCanonical(other));
  }

  @Test
  void numberHasOneValue() {
    assertThatThrownBy(() -> Json.of(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Json.of(Double.NEGATIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Json.of(-0.0)).isEqualTo(Json.of(0L));
  }

  @Test
  void integerThatADoubleCannotHoldIsRefused() {
    assertThat(Json.of(-JsonNumber.LARGEST_INTEGER).integral()).isTrue();
    for (long number :
        new long[] {JsonNumber.LARGEST_INTEGER + 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertThatThrownBy(() -> Json.of(number)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  /// Two values that differ only there would have one digest: UTF-8 writes both as a question mark.
  @Test
  void loneSurrogateIsNoValue() {
    for (var text : new String[] {"\ud83d", "\ude00", "\ude00\ud83d", "a\ud83db"}) {
      assertThatThrownBy(() -> Json.of(text)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Json.object().put(text, 1).build())
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(Json.of("\ud83d\ude00").value()).isEqualTo("😀");
  }

  /// The slow and obvious way: the exact value, rounded to more and more digits until it is meant.
  private static String shortest(double tiny) {
    var exact = new BigDecimal(tiny);
    int count = 1;
    BigDecimal rounded;
    do {
      rounded = exact.round(new MathContext(count++, RoundingMode.HALF_EVEN));
    } while (rounded.doubleValue() != tiny);
    rounded = rounded.stripTrailingZeros();
    var digits = new StringBuilder(rounded.unscaledValue().toString());
    int exponent = digits.length() - rounded.scale() - 1;
    return (digits.length() > 1 ? digits.insert(1, '.') : digits) + "e" + exponent;
  }

  private static byte[] canonicalized(String text) {
    try {
      return new JsonCanonicalizer(text).getEncodedUTF8();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String serialized(double number) {
    try {
      return NumberToJSON.serializeNumber(number);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
