package dev.countersign.trust.predict;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.predict.measure.BaseRate;
import dev.countersign.trust.predict.measure.CurveBin;
import dev.countersign.trust.predict.measure.Measured;
import java.util.List;
import java.util.Optional;

/// What can be said of a proposal's label before it is known.
///
/// Only [Calibrated] tells one proposal from another. The others state the base rate and why there
/// is no more; nobody may act as if they had predicted.
public sealed interface Prediction {

  /// The probability that is stored and later judged; empty where nothing at all was seen.
  Optional<Double> probability();

  JsonObject toJson();

  /// There are too few labels for a model.
  record ColdStart(BaseRate base) implements Prediction {
    @Override
    public Optional<Double> probability() {
      return base.measured().map(Measured::value);
    }

    @Override
    public JsonObject toJson() {
      return json("cold_start", base).build();
    }
  }

  /// There is a model, and on cases after its training it was not better than the base rate.
  record NoSkill(BaseRate base, int version) implements Prediction {
    @Override
    public Optional<Double> probability() {
      return base.measured().map(Measured::value);
    }

    @Override
    public JsonObject toJson() {
      return json("no_skill", base).put("version", version).build();
    }
  }

  /// There would be a model, and it cannot be asked.
  ///
  /// @param why in words for an operator
  record Unavailable(BaseRate base, String why) implements Prediction {
    @Override
    public Optional<Double> probability() {
      return base.measured().map(Measured::value);
    }

    @Override
    public JsonObject toJson() {
      return json("unavailable", base).put("why", why).build();
    }
  }

  /// A model with skill says how likely the label is for this very proposal.
  ///
  /// @param likelihood calibrated, strictly between 0 and 1
  /// @param alike what became of held-out cases that were given about as much: how sure it is
  /// @param margin the log-odds before calibration: `start` and the contributions together
  /// @param start the log-odds that every case starts from
  /// @param contributions the largest first, every feature once
  record Calibrated(
      double likelihood,
      CurveBin alike,
      double margin,
      double start,
      List<Contribution> contributions,
      int version)
      implements Prediction {
    public Calibrated {
      contributions = List.copyOf(contributions);
    }

    public Band band() {
      return Band.of(likelihood);
    }

    @Override
    public Optional<Double> probability() {
      return Optional.of(likelihood);
    }

    @Override
    public JsonObject toJson() {
      return Json.object()
          .put("kind", "calibrated")
          .put("probability", likelihood)
          .put("alike", alike.toJson())
          .put("band", band().word())
          .put("margin", margin)
          .put("start", start)
          .put(
              "contributions",
              Json.array(contributions.stream().map(Contribution::toJson).toList()))
          .put("version", version)
          .build();
    }
  }

  private static Json.Builder json(String kind, BaseRate base) {
    return Json.object().put("kind", kind).put("base_rate", base.toJson());
  }
}
