package dev.countersign.cli.replay;

/// Holds for a row whose column has exactly this text.
record Condition(String column, String value) {

  boolean holds(Row row) {
    return row.field(column).equals(value);
  }
}
