package dev.countersign.workflow.store;

import dev.countersign.kernel.store.Schema;

/// The room's part of the database.
public final class WorkflowSchema {
  public static final Schema SCHEMA = new Schema("workflow");

  private WorkflowSchema() {}
}
