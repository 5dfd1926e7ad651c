package dev.countersign.cli.yaml;

/// A text that is no YAML, or that says what JSON cannot say.
///
/// `line` and `column` are from 1.
public final class MalformedYaml extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final int line;
  private final int column;

  MalformedYaml(int line, int column, String message) {
    super(message, null, false, false);
    this.line = line;
    this.column = column;
  }

  public int line() {
    return line;
  }

  public int column() {
    return column;
  }
}
