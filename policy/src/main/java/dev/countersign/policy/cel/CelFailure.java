package dev.countersign.policy.cel;

import dev.cel.runtime.CelEvaluationException;
import dev.countersign.policy.Outcome;
import java.util.Optional;
import java.util.regex.Pattern;

/// Why an expression could not be evaluated, in words for whoever wrote it: the library's own name
/// its classes and change with its versions.
final class CelFailure {
  /// Keys are of the person's own expression; one that is longer is of data.
  private static final Pattern KEY = Pattern.compile("key '([A-Za-z0-9_.-]{1,100})'");

  private CelFailure() {}

  static Outcome.Errored of(CelEvaluationException failure) {
    return new Outcome.Errored(
        switch (failure.getErrorCode()) {
          case ATTRIBUTE_NOT_FOUND ->
              key(failure).map(key -> "there is no `" + key + "`").orElse("something is not there");
          case INDEX_OUT_OF_BOUNDS -> "a list has no such item";
          case DIVIDE_BY_ZERO -> "it divides by zero";
          case NUMERIC_OVERFLOW -> "a number is too large";
          case OVERLOAD_NOT_FOUND, AMBIGUOUS_OVERLOAD -> "a value is not of the type that it needs";
          case BAD_FORMAT, INVALID_ARGUMENT -> "a value is not of the form that it needs";
          case ITERATION_BUDGET_EXCEEDED -> "it takes too long";
          case DUPLICATE_ATTRIBUTE, TYPE_NOT_FOUND, INTERNAL_ERROR -> "it broke off";
        });
  }

  private static Optional<String> key(CelEvaluationException failure) {
    return Optional.ofNullable(failure.getMessage())
        .map(KEY::matcher)
        .filter(found -> found.find())
        .map(found -> found.group(1));
  }
}
