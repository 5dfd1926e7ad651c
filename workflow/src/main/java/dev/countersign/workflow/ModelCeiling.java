package dev.countersign.workflow;

/// How far actions may go by themselves that this version of a model proposes, whatever was earned.
///
/// @param model as callers declare it
/// @param ceiling the most that is allowed; never [Mode#BLOCKED]
public record ModelCeiling(String model, Mode ceiling) {
  public ModelCeiling {
    if (!Versions.isModel(model) || ceiling == Mode.BLOCKED) {
      throw new IllegalArgumentException("a ceiling is of a model, and does not block");
    }
  }
}
