package dev.countersign.trust.predict.features;

/// A named thing that a predictor may know, with what kind of value it has.
public record Feature(String name, Value.Kind kind) {}
