package dev.countersign.trust.predict.calibration;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The rising function that fits best (Zadrozny & Elkan 2002), by pooling adjacent violators (Ayer
/// et al. 1955), drawn as straight lines between the middles of its steps.
///
/// Two cases are added, one that happened at the lowest margin and one that did not at the highest:
/// so no step is 0 or 1, however lucky its cases were.
///
/// @param margins the middles of the steps, rising strictly
/// @param probabilities of the steps, rising strictly, between 0 and 1
public record Isotonic(List<Double> margins, List<Double> probabilities) implements Calibration {
  public Isotonic {
    margins = List.copyOf(margins);
    probabilities = List.copyOf(probabilities);
    if (margins.isEmpty() || margins.size() != probabilities.size()) {
      throw new IllegalArgumentException("each step has a margin and a probability");
    }
    for (int i = 0; i < margins.size(); i++) {
      double probability = probabilities.get(i);
      if (!(probability > 0 && probability < 1) || !Double.isFinite(margins.get(i))) {
        throw new IllegalArgumentException("`" + probability + "` is no probability of a step");
      }
      if (i > 0
          && !(margins.get(i) > margins.get(i - 1) && probability > probabilities.get(i - 1))) {
        throw new IllegalArgumentException("the steps do not rise");
      }
    }
  }

  /// A step: its cases, those that happened, and the sum of their margins.
  private record Step(double cases, double happened, double margins) {
    static Step of(Margin one) {
      return new Step(1, one.happened() ? 1 : 0, one.margin());
    }

    Step with(Step other) {
      return new Step(cases + other.cases, happened + other.happened, margins + other.margins);
    }

    double rate() {
      return happened / cases;
    }

    double middle() {
      return margins / cases;
    }
  }

  static Isotonic fit(List<Margin> cases) {
    var sorted = new ArrayList<>(cases);
    sorted.sort(Comparator.comparingDouble(Margin::margin));
    sorted.addFirst(new Margin(sorted.getFirst().margin(), true));
    sorted.addLast(new Margin(sorted.getLast().margin(), false));
    var steps = pooled(sorted);
    return new Isotonic(
        steps.stream().map(Step::middle).toList(), steps.stream().map(Step::rate).toList());
  }

  private static List<Step> pooled(List<Margin> sorted) {
    var steps = new ArrayList<Step>();
    int i = 0;
    while (i < sorted.size()) {
      // Equal margins get one probability, whatever their order.
      var step = Step.of(sorted.get(i++));
      while (i < sorted.size() && sorted.get(i).margin() == sorted.get(i - 1).margin()) {
        step = step.with(Step.of(sorted.get(i++)));
      }
      while (!steps.isEmpty() && steps.getLast().rate() >= step.rate()) {
        step = steps.removeLast().with(step);
      }
      steps.add(step);
    }
    return steps;
  }

  @Override
  public double probability(double margin) {
    int above = 0;
    int end = margins.size();
    while (above < end) {
      int middle = (above + end) >>> 1;
      if (margins.get(middle) <= margin) {
        above = middle + 1;
      } else {
        end = middle;
      }
    }
    if (above == 0 || above == margins.size()) {
      return probabilities.get(above == 0 ? 0 : above - 1);
    }
    double from = margins.get(above - 1);
    double share = (margin - from) / (margins.get(above) - from);
    double low = probabilities.get(above - 1);
    return low + share * (probabilities.get(above) - low);
  }

  @Override
  public JsonObject toJson() {
    return Json.object()
        .put("method", "isotonic")
        .put("margins", Json.array(margins.stream().map(Json::of).toList()))
        .put("probabilities", Json.array(probabilities.stream().map(Json::of).toList()))
        .build();
  }

  static Isotonic read(JsonObject json) {
    return new Isotonic(numbers(json, "margins"), numbers(json, "probabilities"));
  }

  private static List<Double> numbers(JsonObject json, String name) {
    var numbers = new ArrayList<Double>();
    for (var item : json.items(name)) {
      if (!(item instanceof JsonNumber(var value))) {
        throw new IllegalArgumentException("the calibration's `" + name + "` is damaged");
      }
      numbers.add(value);
    }
    return numbers;
  }
}
