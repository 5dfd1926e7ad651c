package dev.countersign.trust;

/// The stage that a scope has, or had last, under some versions of model, tool and policies.
public record Proven(String versions, Stage stage) {}
