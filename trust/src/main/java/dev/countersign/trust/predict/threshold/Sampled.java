package dev.countersign.trust.predict.threshold;

import dev.countersign.trust.Severity;

/// An outcome of the random sample: what was predicted of it, and whether it did harm.
///
/// Any harm is one, from [#HARM_FROM] on, whatever the tenant's steps count: then what is certified
/// on a sample holds for every severity from which a tenant counts, also for another one tomorrow.
///
/// @param risk the predicted probability of harm, from 0 to 1
public record Sampled(double risk, boolean harm) {
  /// The mildest severity of a success that is harm to a sample. What failed is harm anyway.
  public static final Severity HARM_FROM = Severity.MINOR;

  public Sampled {
    if (!(risk >= 0 && risk <= 1)) {
      throw new IllegalArgumentException("`" + risk + "` is no risk");
    }
  }
}
