package dev.countersign.cli.replay;

/// A row of a log, with the text of its columns.
@FunctionalInterface
interface Row {

  /// The text in `column`, which MUST be one of the log's.
  String field(String column);
}
