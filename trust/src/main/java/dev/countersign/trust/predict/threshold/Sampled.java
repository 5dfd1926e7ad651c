package dev.countersign.trust.predict.threshold;

/// An outcome of the random sample: what was predicted of it, and whether it did harm.
///
/// @param risk the predicted probability of harm, from 0 to 1
public record Sampled(double risk, boolean harm) {
  public Sampled {
    if (!(risk >= 0 && risk <= 1)) {
      throw new IllegalArgumentException("`" + risk + "` is no risk");
    }
  }
}
