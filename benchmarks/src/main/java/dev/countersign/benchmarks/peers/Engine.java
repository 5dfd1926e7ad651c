package dev.countersign.benchmarks.peers;

import java.util.function.BooleanSupplier;

/// A policy engine with a set of rules in it.
interface Engine {

  /// The question in the engine's own terms, made ready; each call decides it and says whether it
  /// may be done.
  BooleanSupplier ask(Question question);
}
