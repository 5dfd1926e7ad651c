package dev.countersign.kernel;

/// One thing that is wrong with a request.
///
/// @param pointer where, as a JSON Pointer (RFC 6901) into the body, or a header's or parameter's
///   name
/// @param code a stable word for programs, such as `unknown_field`
/// @param message for people
public record Violation(String pointer, String code, String message) {}
