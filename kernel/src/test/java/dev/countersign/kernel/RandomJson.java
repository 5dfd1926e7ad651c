package dev.countersign.kernel;

import java.util.ArrayList;
import java.util.random.RandomGenerator;

/// Values of every kind, with the strings and numbers at which writers differ.
final class RandomJson {

  private static final int[] POINTS =
      "abz09\"\\/\b\f\n\r\t\u0000\u0001\u001f\u007f\u0080äßé€\u2028\u2029\ud7ff\ue000\ufb33\uffff😀𝄞"
          .codePoints()
          .toArray();

  private RandomJson() {}

  static Json value(RandomGenerator random, int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 5)) {
      case 0 -> Json.NULL;
      case 1 -> Json.of(random.nextBoolean());
      case 2 -> Json.of(number(random));
      case 3, 4 -> Json.of(text(random));
      case 5 -> {
        var items = new ArrayList<Json>();
        for (int i = random.nextInt(4); i > 0; i--) {
          items.add(value(random, depth - 1));
        }
        yield Json.array(items);
      }
      default -> {
        var object = Json.JsonObject.EMPTY;
        for (int i = random.nextInt(5); i > 0; i--) {
          object = object.with(text(random), value(random, depth - 1));
        }
        yield object;
      }
    };
  }

  static String text(RandomGenerator random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      text.appendCodePoint(POINTS[random.nextInt(POINTS.length)]);
    }
    return text.toString();
  }

  /// Any finite double, half of them such as people write.
  static double number(RandomGenerator random) {
    double number =
        switch (random.nextInt(4)) {
          case 0 -> random.nextLong(-100_000, 100_000) / 100.0;
          case 1 -> random.nextLong(-1000, 1000) * Math.pow(10, random.nextInt(-12, 26));
          default -> Double.longBitsToDouble(random.nextLong());
        };
    return Double.isFinite(number) ? number : 0;
  }
}
