package dev.countersign.benchmarks.peers;

import java.util.List;

/// What is asked: may this operation be run on this kind of thing, under these circumstances?
record Question(
    String operation,
    String type,
    boolean personal,
    boolean external,
    boolean registered,
    long tokens,
    long rows) {

  /// What is measured: permitted, so that nothing can be cut short by a first forbid.
  static final Question MEASURED =
      new Question("classify", "model", false, false, true, 900, 12_000);

  /// What every engine must answer like the rules before it is measured.
  static final List<Question> ALL =
      List.of(
          MEASURED,
          new Question("classify", "model", true, false, true, 900, 12_000),
          new Question("classify", "model", false, true, true, 900, 100),
          new Question("unheard_of", "model", false, false, false, 900, 12_000),
          new Question("unheard_of", "model", false, false, false, 900, 100),
          new Question("classify", "model", false, false, true, 1_001, 100),
          new Question("classify", "model", false, false, true, 5_000, 100),
          new Question("operation_20", "model", false, false, true, 5_000, 100),
          new Question("operation_20", "model", false, false, true, 20, 100),
          new Question("classify", "something_else", false, false, true, 900, 100));
}
