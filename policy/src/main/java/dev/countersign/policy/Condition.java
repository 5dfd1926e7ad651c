package dev.countersign.policy;

/// A compiled condition. MUST be a pure function of the request and safe for use by many threads.
@FunctionalInterface
public interface Condition {

  Outcome evaluate(Request request);
}
