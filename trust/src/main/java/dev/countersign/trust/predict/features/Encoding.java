package dev.countersign.trust.predict.features;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.predict.features.Value.Kind;
import dev.countersign.trust.predict.features.Value.Word;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// How snapshots become vectors: the columns, fixed when a model is trained and stored with it.
///
/// A category has a column for each of the [#MOST_WORDS] most frequent ones of the training cases:
/// 1 in its own, 0 in the others. A rarer or unknown one is missing in all of them, like a value
/// that is absent: NaN, which the trees send where that was best. Immutable, safe for use by many
/// threads.
public final class Encoding {

  /// Rarer categories teach a model nothing that it could know again.
  public static final int MOST_WORDS = 32;

  private final Predictor predictor;
  private final List<Column> columns;

  /// A word that fewer cases share teaches nothing, and it may be somebody's name: a model must
  /// keep no content that an erasure would have to reach.
  public static final int FEWEST_OF_A_WORD = 5;

  private Encoding(Predictor predictor, List<Column> columns) {
    this.predictor = predictor;
    this.columns = List.copyOf(columns);
  }

  /// Fixes the columns from the cases of training alone, whatever their order.
  public static Encoding of(Predictor predictor, Collection<Snapshot> training) {
    var columns = new ArrayList<Column>();
    for (var feature : predictor.features()) {
      var seen = new Seen();
      training.forEach(one -> seen.see(Optional.ofNullable(one.features().get(feature.name()))));
      columns.addAll(columns(feature.name(), false, feature.kind(), seen));
    }
    var facts = new TreeMap<String, Seen>();
    for (var snapshot : training) {
      snapshot
          .facts()
          .forEach((name, value) ->
              facts.computeIfAbsent(name, _ -> new Seen()).see(Optional.of(value)));
    }
    facts.forEach((name, seen) -> columns.addAll(columns(name, true, seen.kind(), seen)));
    return new Encoding(predictor, columns);
  }

  /// What the training cases had for a feature or a fact. For use by one thread.
  private static final class Seen {
    private final SortedMap<Kind, Integer> kinds = new TreeMap<>();
    private final SortedMap<String, Integer> words = new TreeMap<>();

    void see(Optional<Value> value) {
      value.ifPresent(present -> {
        kinds.merge(present.kind(), 1, Integer::sum);
        if (present instanceof Word(var word)) {
          words.merge(word, 1, Integer::sum);
        }
      });
    }

    /// The most frequent kind: a fact that changed its type is missing where it has another.
    Kind kind() {
      return kinds.entrySet().stream()
          .max(Map.Entry.<Kind, Integer>comparingByValue().thenComparing(Map.Entry::getKey))
          .map(Map.Entry::getKey)
          .orElse(Kind.AMOUNT);
    }

    List<String> frequent() {
      return words.entrySet().stream()
          .filter(word -> word.getValue() >= FEWEST_OF_A_WORD)
          .sorted(
              Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                  .thenComparing(Map.Entry::getKey))
          .limit(MOST_WORDS)
          .map(Map.Entry::getKey)
          .sorted()
          .toList();
    }
  }

  private static List<Column> columns(String name, boolean fact, Kind kind, Seen seen) {
    return kind == Kind.WORD
        ? seen.frequent().stream()
            .map(word -> new Column(name, fact, kind, Optional.of(word)))
            .toList()
        : List.of(new Column(name, fact, kind, Optional.empty()));
  }

  public Predictor predictor() {
    return predictor;
  }

  /// How many columns a vector has.
  public int width() {
    return columns.size();
  }

  /// For each column, the feature that it belongs to, facts as `facts.<name>`.
  public List<String> names() {
    return columns.stream().map(Column::shown).toList();
  }

  /// The vector of a snapshot; what is missing is NaN. Throws IllegalArgumentException for a
  /// snapshot of another predictor.
  public float[] vector(Snapshot snapshot) {
    if (snapshot.predictor() != predictor) {
      throw new IllegalArgumentException(
          "a snapshot for `"
              + snapshot.predictor().word()
              + "` is not one for `"
              + predictor.word()
              + "`");
    }
    var vector = new float[columns.size()];
    int i = 0;
    while (i < vector.length) {
      int end = i + 1;
      while (end < vector.length && columns.get(end).shown().equals(columns.get(i).shown())) {
        end++;
      }
      fill(vector, i, end, snapshot);
      i = end;
    }
    return vector;
  }

  /// One feature's columns. A category that has no column of its own is missing in all of them.
  private void fill(float[] vector, int from, int end, Snapshot snapshot) {
    boolean known = false;
    for (int i = from; i < end; i++) {
      var column = columns.get(i);
      vector[i] = column.in(snapshot).map(column::number).orElse(Float.NaN);
      known |= column.kind() != Kind.WORD || vector[i] == 1;
    }
    for (int i = from; i < end && !known; i++) {
      vector[i] = Float.NaN;
    }
  }

  /// What a snapshot has for the feature with this shown name, in words for people.
  public String observed(Snapshot snapshot, String shown) {
    return columns.stream()
        .filter(column -> column.shown().equals(shown))
        .findFirst()
        .flatMap(column -> column.in(snapshot))
        .map(Value::shown)
        .orElse("missing");
  }

  public JsonObject toJson() {
    return Json.object()
        .put("schema", Snapshot.SCHEMA)
        .put("predictor", predictor.word())
        .put("columns", Json.array(columns.stream().map(Column::toJson).toList()))
        .build();
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else, also for an
  /// encoding of another schema.
  public static Encoding fromJson(JsonObject json) {
    if (json.number("schema").filter(schema -> schema == Snapshot.SCHEMA).isEmpty()) {
      throw new IllegalArgumentException("the encoding is of another schema");
    }
    var columns = new ArrayList<Column>();
    for (var item : json.items("columns")) {
      if (!(item instanceof JsonObject column)) {
        throw new IllegalArgumentException("a column is damaged");
      }
      columns.add(Column.fromJson(column));
    }
    return new Encoding(
        json.text("predictor")
            .flatMap(Predictor::parse)
            .orElseThrow(() -> new IllegalArgumentException("no such predictor")),
        columns);
  }
}
