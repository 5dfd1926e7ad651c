package dev.countersign.trust.predict.drift;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.trust.predict.features.Encoding;
import dev.countersign.trust.predict.features.Value;
import dev.countersign.trust.predict.features.Value.Amount;
import dev.countersign.trust.predict.features.Value.Truth;
import dev.countersign.trust.predict.features.Value.Word;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The bins into which a feature's values fall, fixed from the cases of training.
///
/// Numbers fall between deciles, the missing last; truths and categories into one bin each, the
/// rarest last, and behind them what was not seen and what is missing. Bins are in an order in
/// which a change shows: by size, or by how rare they are.
///
/// @param edges between the bins of numbers, rising strictly
/// @param words of the other bins, the most frequent first; empty for numbers
record Bins(List<Double> edges, List<String> words) {
  private static final int DECILES = 10;
  private static final int MOST_WORDS = 32;

  Bins {
    edges = List.copyOf(edges);
    words = List.copyOf(words);
  }

  static Bins of(List<Value> values) {
    var amounts = new ArrayList<Double>();
    var words = new TreeMap<String, Integer>();
    for (var value : values) {
      if (value instanceof Amount(var amount)) {
        amounts.add(amount);
      } else {
        words.merge(word(value), 1, Integer::sum);
      }
    }
    return amounts.size() >= values.size() - amounts.size()
        ? new Bins(deciles(amounts), List.of())
        : new Bins(List.of(), frequent(words));
  }

  private static List<Double> deciles(List<Double> amounts) {
    var sorted = amounts.stream().sorted().toList();
    var edges = new ArrayList<Double>();
    for (int i = 1; i < DECILES && !sorted.isEmpty(); i++) {
      double edge = sorted.get(sorted.size() * i / DECILES);
      if (edge > sorted.getFirst() && (edges.isEmpty() || edge > edges.getLast())) {
        edges.add(edge);
      }
    }
    return edges;
  }

  private static List<String> frequent(Map<String, Integer> words) {
    return words.entrySet().stream()
        .filter(word -> word.getValue() >= Encoding.FEWEST_OF_A_WORD)
        .sorted(
            Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry::getKey))
        .limit(MOST_WORDS)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String word(Value value) {
    return switch (value) {
      case Truth(var truth) -> "truth:" + truth;
      case Word(var word) -> "word:" + word;
      case Amount(var _) -> "amount";
    };
  }

  /// How many there are; the last is the missing one.
  int count() {
    return words.isEmpty() ? edges.size() + 2 : words.size() + 2;
  }

  int bin(Optional<Value> value) {
    if (value.isEmpty()) {
      return count() - 1;
    }
    if (!words.isEmpty()) {
      int known = words.indexOf(word(value.get()));
      return known >= 0 ? known : words.size();
    }
    if (value.get() instanceof Amount(var amount)) {
      int bin = 0;
      while (bin < edges.size() && amount >= edges.get(bin)) {
        bin++;
      }
      return bin;
    }
    return count() - 1;
  }

  JsonObject toJson() {
    return Json.object()
        .put("edges", Json.array(edges.stream().map(Json::of).toList()))
        .put("words", Json.strings(words))
        .build();
  }

  static Bins fromJson(JsonObject json) {
    var edges = new ArrayList<Double>();
    for (var item : json.items("edges")) {
      if (item instanceof JsonNumber(var value)) {
        edges.add(value);
      }
    }
    var words = new ArrayList<String>();
    for (var item : json.items("words")) {
      if (item instanceof JsonString(var value)) {
        words.add(value);
      }
    }
    return new Bins(edges, words);
  }
}
