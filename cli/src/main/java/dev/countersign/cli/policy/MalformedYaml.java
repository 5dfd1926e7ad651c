package dev.countersign.cli.policy;

/// A text that is no YAML, or that says what a policy set has no use for.
///
/// `line` and `column` are from 1.
final class MalformedYaml extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final int line;
  private final int column;

  MalformedYaml(int line, int column, String message) {
    super(message, null, false, false);
    this.line = line;
    this.column = column;
  }

  int line() {
    return line;
  }

  int column() {
    return column;
  }
}
