package dev.countersign.policy.check;

/// What a caller may ask the decision point: one of two, with one engine, one policy set and one
/// record behind both.
public sealed interface Question permits CheckRequest, EvaluationRequest {}
