package dev.countersign.events.store;

import dev.countersign.kernel.store.Schema;

/// The room's part of the database.
public final class EventsSchema {
  public static final Schema SCHEMA = new Schema("events");

  private EventsSchema() {}
}
