package dev.countersign.policy;

/// A compiled condition. MUST be a pure function of the request and safe for use by many threads.
@FunctionalInterface
public interface Condition {

  Outcome evaluate(Request request);

  /// What it looks at; it MUST NOT depend on anything else of the request.
  default Reads reads() {
    return Reads.EVERYTHING;
  }
}
