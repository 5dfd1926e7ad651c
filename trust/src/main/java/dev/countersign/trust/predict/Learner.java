package dev.countersign.trust.predict;

/// What learns trees from examples: a library's place.
///
/// The same examples and seed MUST give the same trees, bit for bit.
public interface Learner {

  /// Who learns, with its version: it stands in each model's manifest.
  String name();

  /// Learns from examples in the order of time, both labels among them.
  Trees learn(Examples examples, long seed);

  /// Reads what [Trees#bytes] gave; throws IllegalArgumentException for anything else.
  Trees read(byte[] bytes);
}
